using Shop.Workers.Import;
using Xunit;

namespace Shop.IntegrationTests.Catalog;

public sealed class ImportTests : IAsyncLifetime
{
    /// <summary>Every row that an import writes, with the transaction that wrote it.</summary>
    private const string Fingerprint =
        """
        select md5(string_agg(line, '|' order by line)) from (
            select 'c' || xmin || c::text as line from catalog.category c
            union all select 'p' || xmin || p::text from catalog.product p
            union all select 'w' || xmin || w::text from inventory.warehouse w
            union all select 's' || xmin || s::text from inventory.stock_item s
            union all select 'l' || xmin || l::text from inventory.ledger_entry l
        ) lines
        """;

    private readonly CatalogDatabase _database = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("shop-import-").FullName;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_path_the_generated_catalogue_is_taken()
    {
        var (exitCode, _) = await _database.Import();

        Assert.Equal(ImportCommand.Done, exitCode);
        Assert.Equal(
            "20 200 12",
            await _database.Read<string>(
                """
                select (select count(*) from catalog.category) || ' ' || (select count(*) from catalog.product_view)
                    || ' ' || (select count(*) from inventory.warehouse)
                """));
    }

    [Fact]
    public async Task Every_product_lies_in_four_to_eight_warehouses_with_its_opening_stock()
    {
        await _database.Import("--stock", "30");

        Assert.Equal(
            "4 8 30 30 200",
            await _database.Read<string>(
                """
                select concat_ws(' ', min(warehouses), max(warehouses), min(least), max(most), count(*)) from (
                    select sku, count(*) as warehouses, min(on_hand) as least, max(on_hand) as most
                    from inventory.stock_item group by sku
                ) products
                """));
    }

    [Fact]
    public async Task No_opening_stock_leaves_the_shelves_empty()
    {
        await _database.Import("--stock", "0");

        Assert.Equal(0L, await _database.Read<long>("select count(*) from inventory.ledger_entry"));
    }

    [Fact]
    public async Task The_same_import_again_touches_no_row()
    {
        await _database.Import();
        var before = await _database.Read<string>(Fingerprint);

        var (exitCode, _) = await _database.Import();

        Assert.Equal(ImportCommand.Done, exitCode);
        Assert.Equal(before, await _database.Read<string>(Fingerprint));
    }

    [Fact]
    public async Task Files_are_told_apart_and_taken_in_the_right_order()
    {
        await Write("a.json", """
            [{ "name": "Mug", "price": 4.35, "categories": ["Home", "Mugs"], "image": "/1_a.png" }]
            """);
        await Write("b.json", """
            [{ "id": 7, "name": "Hill", "address": "1 Way", "city": "Hill", "state": "MN", "zip": "55425",
               "location": { "lat": 44.8, "lon": -93.2 } }]
            """);
        await Write("c.jsonl", """
            { "id": "h", "name": "Home", "path": [{ "id": "h", "name": "Home" }] }
            { "id": "m", "name": "Mugs", "path": [{ "id": "h", "name": "Home" }, { "id": "m", "name": "Mugs" }] }
            """);

        var (exitCode, output) = await _database.Import(_folder);

        Assert.True(exitCode == ImportCommand.Done, output);
        Assert.Equal(
            "1 435 m W7 1000",
            await _database.Read<string>(
                """
                select concat_ws(' ', p.sku, price_amount, category_id, warehouse, on_hand)
                from catalog.product p join inventory.stock_item s using (sku)
                """));
    }

    [Fact]
    public async Task Bad_records_are_reported_by_file_line_and_number_and_the_others_are_taken()
    {
        await Write("products.json", """
            [{ "name": "Mug", "price": 4.355, "categories": ["Home"] },
             { "name": "Cup", "price": 1, "categories": ["Home"] }]
            """);

        var (exitCode, output) = await _database.Import(_folder);

        Assert.Equal(ImportCommand.DoneWithRejects, exitCode);
        Assert.Contains(
            "products.json: line 1, record 1 rejected: price is not a number of whole cents from 0 up.", output,
            StringComparison.Ordinal);
        Assert.Equal("Cup", await _database.Read<string>("select string_agg(title, ',') from catalog.product"));
    }

    [Fact]
    public async Task Rejects_beyond_the_first_fifty_are_counted_and_stand_in_a_file_of_their_own()
    {
        await Write("products.json", $"[{string.Join(",\n", Enumerable.Repeat("""{ "name": "", "price": 1 }""", 120))}]");
        var rejects = Path.Combine(_folder, "rejects.txt");

        var (_, output) = await _database.Import(_folder, "--rejects", rejects);

        Assert.Equal(ImportReport.MaxListed, output.Split("rejected: ").Length - 1);
        Assert.Contains("120 rejected", output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(rejects, TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                ImportReport.RejectsHeader,
                .. Enumerable.Range(1, 120).Select(number => $"products.json\t{number}\t{number}\tname is missing."),
            ],
            lines);
    }

    [Fact]
    public async Task A_line_that_is_not_json_is_rejected_alone()
    {
        await Write("products.jsonl", """
            { "name": "Mug", "price": 4, "categories": ["Home"] }
            { "name": "Pot", "price": 4, "cate
            { "name": "Cup", "price": 1, "categories": ["Home"] }
            """);

        var (exitCode, output) = await _database.Import(_folder);

        Assert.Equal(ImportCommand.DoneWithRejects, exitCode);
        Assert.Contains(
            "products.jsonl: line 2, record 2 rejected: The line is not one JSON text.", output, StringComparison.Ordinal);
        Assert.Equal(
            "Cup,Mug", await _database.Read<string>("select string_agg(title, ',' order by title) from catalog.product"));
    }

    [Fact]
    public async Task A_category_that_is_renamed_tells_of_all_products_below_it_in_parts_and_of_no_others()
    {
        await WriteTree("Home");
        await Write("other.json", """[{ "id": "o", "name": "Other", "path": [{ "id": "o", "name": "Other" }] }]""");
        await _database.Import(_folder);
        await _database.Run("""
            insert into catalog.product (sku, title, description, category_id, price_amount, currency, images, attributes,
                active, popularity, version, created_at, updated_at)
            select 'P' || n, '', '', case when n <= 1100 then 'm' when n <= 1150 then 'h' else 'o' end, 1, 'USD', '[]', '{}',
                n <> 1, 0, 3, now(), now()
            from generate_series(1, 1200) n
            """);
        Assert.Equal(0L, await _database.Read<long>("select count(*) from catalog.outbox_message"));

        await WriteTree("Household");
        await _database.Import(_folder);

        Assert.Equal(
            "3 parts of at most 500, 1149 products, none of another category, in one transaction with the tree",
            await _database.Read<string>(
                """
                with events as materialized (
                    select xmin::text as tid, convert_from(body, 'utf8')::jsonb -> 'message' -> 'products' as products
                    from catalog.outbox_message where destination like '%ProductsChanged%'
                ), told as (
                    select product ->> 'sku' as sku from events, jsonb_array_elements(products) as product
                    where product ->> 'version' = '3')
                select format('%s parts of at most %s, %s products, %s of another category, in %s with the tree',
                    count(*), max(jsonb_array_length(products)), (select count(distinct sku) from told),
                    coalesce(nullif((select count(*) from told join catalog.product using (sku)
                        where category_id = 'o'), 0)::text, 'none'),
                    case when bool_and(tid = (select xmin::text from catalog.category where id = 'm'))
                        then 'one transaction' else 'another transaction' end)
                from events
                """));
    }

    [Fact]
    public async Task What_changed_is_said_in_the_same_transaction_in_batches_and_left_for_a_host_to_publish()
    {
        await _database.Import("--generate", "1200", "--stock", "0");

        Assert.Equal(
            "3 events of 500,500,200 products, all due, 1200 products, none committed alone",
            await _database.Read<string>(
                """
                with events as materialized (
                    select due_at, xmin::text as tid,
                        convert_from(body, 'utf8')::jsonb -> 'message' -> 'products' as products
                    from catalog.outbox_message where destination like '%ProductsChanged%')
                select format('%s events of %s products, %s due, %s products, %s committed alone',
                    count(*), string_agg(jsonb_array_length(products)::text, ',' order by jsonb_array_length(products) desc),
                    case when bool_and(due_at <= now()) then 'all' else 'not all' end,
                    (select count(distinct product ->> 'sku') from events, jsonb_array_elements(products) as product),
                    coalesce(nullif((select count(*) from catalog.product p where not exists
                        (select from events e where e.tid = p.xmin::text)), 0)::text, 'none'))
                from events
                """));
    }

    [Fact]
    public async Task An_import_that_changes_nothing_says_nothing()
    {
        await _database.Import();
        await _database.Run("delete from catalog.outbox_message");

        await _database.Import();

        Assert.Equal(0L, await _database.Read<long>("select count(*) from catalog.outbox_message"));
    }

    [Theory]
    [InlineData("--generate")]
    [InlineData("--generate", "0")]
    [InlineData("--generate", "2000001")]
    [InlineData("--generate", "5", "file.json")]
    [InlineData("--stock")]
    [InlineData("--stock", "-1")]
    [InlineData("--stock", "1000001")]
    [InlineData("--quick")]
    [InlineData("--rejects")]
    [InlineData("--rejects", "--again")]
    [InlineData("--rejects", "no/such/folder/rejects")]
    [InlineData("no-such-file.json")]
    public async Task Wrong_arguments_fail_and_change_nothing(params string[] arguments)
    {
        var (exitCode, output) = await _database.Import(arguments);

        Assert.Equal(ImportCommand.Failed, exitCode);
        Assert.NotEmpty(output);
        Assert.Equal(0L, await _database.Read<long>("select count(*) from catalog.category"));
    }

    private Task WriteTree(string root) => Write("tree.json", $$"""
        [{ "id": "h", "name": "{{root}}", "path": [{ "id": "h", "name": "{{root}}" }] },
         { "id": "m", "name": "Mugs", "path": [{ "id": "h", "name": "{{root}}" }, { "id": "m", "name": "Mugs" }] }]
        """);

    private Task Write(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);
}
