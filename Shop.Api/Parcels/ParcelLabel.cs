using System.Globalization;
using System.Text;
using PdfSharp.Drawing;
using PdfSharp.Fonts;
using PdfSharp.Pdf;
using PdfSharp.Snippets.Font;
using Shop.Contracts;
using Shop.Contracts.Fulfillment;
using ZXing;
using ZXing.Common;
using ZXing.OneD;

namespace Shop.Api.Parcels;

/// <summary>
/// What is stuck on a parcel, 4 × 6 inches: for label printers as ZPL II, for others as PDF. It is made when it is asked
/// for, from what is known of the parcel. The barcode is Code 128 (ISO/IEC 15417); an SSCC is in it as GS1-128 with the
/// application identifier 00.
/// </summary>
internal sealed record ParcelLabel(
    string TrackingNumber, string Carrier, string Warehouse, Address Address, string Method, Guid OrderId)
{
    public const string ZplType = "application/zpl";
    public const string PdfType = "application/pdf";

    private const string Fnc1 = "\u00f1"; // ZXing's sign for it
    private const int LongestLine = 40;

    static ParcelLabel() => GlobalFontSettings.FontResolver ??= new SegoeWpFontResolver();

    /// <summary>What the scanner reads; the sign FNC1 in front says that it is of GS1.</summary>
    public string BarcodeContent =>
        TrackingNumbers.IsSscc(TrackingNumber) ? $"{Fnc1}00{TrackingNumber}" : TrackingNumber;

    /// <summary>As people read it.</summary>
    public string BarcodeText => TrackingNumbers.IsSscc(TrackingNumber) ? $"(00) {TrackingNumber}" : TrackingNumber;

    /// <summary>For a printer with 203 dots an inch. Letters beyond ASCII are UTF-8.</summary>
    public string ToZpl()
    {
        var zpl = new StringBuilder("^XA^CI28^PW812^LL1218^LH0,0\n");
        Field(zpl, 40, 40, 40, $"{Carrier} {Method}");
        Field(zpl, 40, 95, 28, $"FROM {Warehouse}");
        zpl.Append("^FO40,140^GB732,3,3^FS\n");
        var y = 180;
        foreach (var line in AddressLines())
        {
            Field(zpl, 60, y, 44, line);
            y += 58;
        }

        zpl.Append("^FO40,620^GB732,3,3^FS\n");
        // In mode D the printer puts FNC1 where the parenthesis is; in mode A it chooses the code sets.
        zpl.Append(TrackingNumbers.IsSscc(TrackingNumber)
            ? $"^FO90,680^BY3^BCN,260,Y,N,N,D^FD(00){TrackingNumber}^FS\n"
            : $"^FO90,680^BY3^BCN,260,Y,N,N,A^FD{TrackingNumber}^FS\n");
        Field(zpl, 40, 1120, 28, $"ORDER {OrderId}");
        return zpl.Append("^XZ\n").ToString();
    }

    public byte[] ToPdf()
    {
        using var document = new PdfDocument();
        var page = document.AddPage();
        page.Width = XUnit.FromInch(4);
        page.Height = XUnit.FromInch(6);
        using (var graphics = XGraphics.FromPdfPage(page))
        {
            Text(graphics, 20, 28, 13, $"{Carrier} {Method}");
            Text(graphics, 20, 46, 9, $"FROM {Warehouse}");
            graphics.DrawLine(XPens.Black, 20, 58, 268, 58);
            var y = 82d;
            foreach (var line in AddressLines())
            {
                Text(graphics, 28, y, 13, line);
                y += 19;
            }

            graphics.DrawLine(XPens.Black, 20, 220, 268, 220);
            DrawBars(graphics, left: 30, top: 240, width: 228, height: 100);
            Text(graphics, 30, 358, 11, BarcodeText);
            Text(graphics, 20, 415, 8, $"ORDER {OrderId}");
        }

        using var bytes = new MemoryStream();
        document.Save(bytes, closeStream: false);
        return bytes.ToArray();
    }

    /// <summary>One column a module, a single row.</summary>
    public BitMatrix Bars() => new Code128Writer().encode(
        BarcodeContent, BarcodeFormat.CODE_128, 0, 1,
        new Dictionary<EncodeHintType, object> { [EncodeHintType.MARGIN] = 0 });

    /// <summary>Printed, it does not tell the person.</summary>
    public override string ToString() => $"{nameof(ParcelLabel)} {{ TrackingNumber = {TrackingNumber} }}";

    private void DrawBars(XGraphics graphics, double left, double top, double width, double height)
    {
        var bars = Bars();
        var module = width / bars.Width;
        for (var x = 0; x < bars.Width; x++)
        {
            if (!bars[x, 0]) continue;
            var from = x;
            while (x + 1 < bars.Width && bars[x + 1, 0]) x++;
            graphics.DrawRectangle(XBrushes.Black, left + (from * module), top, (x + 1 - from) * module, height);
        }
    }

    private IEnumerable<string> AddressLines() => new[]
    {
        Address.Name, Address.Line1, Address.Line2,
        string.Join(' ', new[] { Address.City, Address.Region, Address.PostalCode }.Where(part => !string.IsNullOrEmpty(part))),
        Address.Country,
    }.OfType<string>().Where(line => line.Length > 0).Select(Short);

    private static string Short(string line)
    {
        var text = new StringInfo(line);
        return text.LengthInTextElements <= LongestLine ? line : text.SubstringByTextElements(0, LongestLine);
    }

    private static void Text(XGraphics graphics, double x, double y, double size, string text) =>
        graphics.DrawString(text, new XFont("Segoe WP", size), XBrushes.Black, new XPoint(x, y));

    /// <summary>Every byte that could be a command is written as its number.</summary>
    private static void Field(StringBuilder zpl, int x, int y, int height, string text)
    {
        zpl.Append(CultureInfo.InvariantCulture, $"^FO{x},{y}^A0N,{height},{height}^FH^FD");
        foreach (var one in Encoding.UTF8.GetBytes(text))
            if (char.IsAsciiLetterOrDigit((char)one) || one is (byte)' ' or (byte)'-' or (byte)'.' or (byte)',')
                zpl.Append((char)one);
            else
                zpl.Append(CultureInfo.InvariantCulture, $"_{one:x2}");
        zpl.Append("^FS\n");
    }
}
