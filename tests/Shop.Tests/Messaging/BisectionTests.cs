using Npgsql;
using Shop.Messaging.GroupCommit;
using Xunit;

namespace Shop.Tests.Messaging;

public sealed class BisectionTests
{
    private readonly List<int> _succeeded = [];
    private readonly Dictionary<int, Exception> _failed = [];
    private int _runs;

    [Fact]
    public async Task A_sound_group_is_one_run()
    {
        await Run(64, _ => null);

        Assert.Equal((1, 64), (_runs, _succeeded.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(63)]
    public async Task One_bad_member_of_64_stands_alone_after_about_twice_the_logarithm_of_runs(int bad)
    {
        await Run(64, group => group.Contains(bad) ? new InvalidDataException() : null);

        Assert.Equal(Enumerable.Range(0, 64).Except([bad]), _succeeded);
        Assert.Equal([bad], _failed.Keys);
        Assert.Equal(1 + 2 * 6, _runs);
    }

    [Fact]
    public async Task Each_bad_member_fails_with_its_own_error()
    {
        await Run(10, group => group.Any(member => member is 2 or 7)
            ? new InvalidDataException($"{group.First(member => member is 2 or 7)}")
            : null);

        Assert.Equal(["2", "7"], _failed.OrderBy(failed => failed.Key).Select(failed => failed.Value.Message));
        Assert.Equal(8, _succeeded.Count);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.UniqueViolation)]
    [InlineData(PostgresErrorCodes.DivisionByZero)]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    public async Task What_a_member_may_have_brought_is_split(string state)
    {
        await Run(2, group => group.Contains(1) ? new PostgresException("", "", "", state) : null);

        Assert.Equal([0], _succeeded);
    }

    public static TheoryData<Exception> Outages =>
    [
        new NpgsqlException("connection refused"),
        new PostgresException("", "", "", PostgresErrorCodes.AdminShutdown),
        new PostgresException("", "", "", PostgresErrorCodes.TooManyConnections),
        new PostgresException("", "", "", PostgresErrorCodes.ConnectionFailure),
        new PostgresException("", "", "", PostgresErrorCodes.IoError),
        new TimeoutException(),
        new OperationCanceledException(),
    ];

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task What_the_whole_server_is_at_fault_for_is_not_split(Exception outage)
    {
        await Run(64, _ => outage);

        Assert.Equal((1, 64), (_runs, _failed.Count));
    }

    private Task Run(int members, Func<IReadOnlyList<int>, Exception?> outcome) => Bisection.Run(
        Enumerable.Range(0, members).ToList(),
        group =>
        {
            _runs++;
            return outcome(group) is { } error ? Task.FromException(error) : Task.CompletedTask;
        },
        _succeeded.Add,
        _failed.Add);
}
