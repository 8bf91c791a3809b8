using System.Text;
using Shop.Api.Http;

namespace Shop.Api.Parcels;

/// <summary>In which form a label is wanted.</summary>
internal static class LabelFormat
{
    public const string Pdf = "pdf";
    public const string Zpl = "zpl";

    public const string Description =
        "format is pdf (default) or zpl: 4 × 6 inches, the tracking number as Code 128 or GS1-128.";

    /// <returns>Null for one that there is.</returns>
    public static ProblemResult? Refuse(string? format) =>
        format is Pdf or Zpl ? null : Problems.Invalid("format", $"It must be {Pdf} or {Zpl}.");

    public static IResult Answer(ParcelLabel label, string? format) => format == Zpl
        ? TypedResults.Bytes(Encoding.UTF8.GetBytes(label.ToZpl()), ParcelLabel.ZplType)
        : TypedResults.Bytes(label.ToPdf(), ParcelLabel.PdfType);
}
