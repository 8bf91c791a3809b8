using Shop.Api.Parcels;
using Shop.Contracts;
using Xunit;
using ZXing;
using ZXing.Common;
using ZXing.OneD;

namespace Shop.Tests.Fulfillment;

public sealed class ParcelLabelTests
{
    private const string Sscc = "106141412345678908";

    private static readonly Address Address =
        new("Ada ^XZ~JA Exämple", "1 Sample Street", null, "Springfield", "IL", "62701", "US");

    [Fact]
    public void A_scanner_reads_the_number_from_the_bars() => Assert.Equal("RA473124829GB", Scan(Label("RA473124829GB")));

    [Fact]
    public void A_scanner_reads_an_SSCC_as_GS1() => Assert.Equal($"]C100{Sscc}", Scan(Label(Sscc)));

    [Fact]
    public void The_printer_is_told_the_bars_and_takes_no_order_from_an_address()
    {
        var zpl = Label(Sscc).ToZpl();

        Assert.StartsWith("^XA", zpl, StringComparison.Ordinal);
        Assert.Contains($"^BCN,260,Y,N,N,D^FD(00){Sscc}^FS", zpl, StringComparison.Ordinal);
        Assert.EndsWith("^XZ", zpl.Trim(), StringComparison.Ordinal);
        Assert.Equal(1, zpl.Split("^XZ").Length - 1);
        Assert.Contains("Ada _5eXZ_7eJA Ex_c3_a4mple", zpl, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_carriers_number_is_in_plain_Code_128() => Assert.Contains(
        "^BCN,260,Y,N,N,A^FDRA473124829GB^FS", Label("RA473124829GB").ToZpl(), StringComparison.Ordinal);

    [Fact]
    public void The_PDF_is_one_with_fonts_of_its_own()
    {
        var pdf = Label(Sscc).ToPdf();

        Assert.Equal("%PDF-"u8.ToArray(), pdf[..5]);
        Assert.Contains("/FontFile2", System.Text.Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
    }

    [Fact]
    public void Printed_it_does_not_tell_the_person() =>
        Assert.DoesNotContain("Ada", Label(Sscc).ToString(), StringComparison.Ordinal);

    private static ParcelLabel Label(string number) => new(number, "carrier", "WH-7", Address, "STANDARD", Guid.Empty);

    private static string? Scan(ParcelLabel label)
    {
        const int quiet = 12;
        const int height = 10;
        var bars = label.Bars();
        var width = bars.Width + (2 * quiet);
        var pixels = new byte[width * height];
        Array.Fill(pixels, byte.MaxValue);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < bars.Width; x++)
            if (bars[x, 0]) pixels[(y * width) + quiet + x] = 0;
        var image = new BinaryBitmap(new GlobalHistogramBinarizer(
            new RGBLuminanceSource(pixels, width, height, RGBLuminanceSource.BitmapFormat.Gray8)));
        return new Code128Reader().decode(
            image, new Dictionary<DecodeHintType, object> { [DecodeHintType.ASSUME_GS1] = true })?.Text;
    }
}
