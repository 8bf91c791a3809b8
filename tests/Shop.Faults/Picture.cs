using System.Globalization;
using System.Text;

namespace Shop.Faults;

/// <summary>Throughput over time as SVG: what was accepted as a line, what was confirmed as an area, faults as bands.</summary>
internal static class Picture
{
    private const int Width = 1_200;
    private const int Height = 380;
    private const int Left = 50;
    private const int Top = 120;
    private const int Bottom = 40;

    public static string Draw(ProofResult result)
    {
        var seconds = Math.Max(1, Math.Max(
            result.Throughput.Count, result.Injections.Select(each => (int)each.Until.TotalSeconds + 1).DefaultIfEmpty().Max()));
        var most = Math.Max(1, result.Throughput.Select(each => Math.Max(each.Accepted, each.Confirmed)).DefaultIfEmpty().Max());
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"11\">");
        svg.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        foreach (var injection in result.Injections.Where(injection => injection.NotRun is null))
        {
            var (from, until) = (X(injection.From.TotalSeconds), X(Math.Max(injection.Until.TotalSeconds, injection.From.TotalSeconds + 0.3)));
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<rect x=\"{from:0.0}\" y=\"{Top}\" width=\"{until - from:0.0}\" height=\"{Height - Top - Bottom}\" fill=\"#e4572e\" opacity=\"0.2\"/>");
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<text transform=\"translate({from + 4:0.0} {Top - 4}) rotate(-60)\" fill=\"#a33\">{injection.Fault}</text>");
        }

        var confirmed = string.Join(' ', result.Throughput.Select(each => Point(each.Second, each.Confirmed)));
        var accepted = string.Join(' ', result.Throughput.Select(each => Point(each.Second, each.Accepted)));
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"<polygon points=\"{Point(0, 0)} {confirmed} {Point(result.Throughput.Count - 1, 0)}\" fill=\"#2e86ab\" opacity=\"0.6\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<polyline points=\"{accepted}\" fill=\"none\" stroke=\"#222\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{Top + 10}\">{most}/s</text><text x=\"4\" y=\"{Height - Bottom}\">0</text>");
        for (var second = 0; second <= seconds; second += Math.Max(10, seconds / 12 / 10 * 10))
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{X(second):0.0}\" y=\"{Height - Bottom + 14}\">{second} s</text>");
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"<text x=\"{Left}\" y=\"{Height - 8}\">CONFIRMED per second (area), accepted per second (line), faults (bands); seed {result.Options.Seed}</text>");
        return svg.AppendLine("</svg>").ToString();

        double X(double second) => Left + (second * (Width - Left - 10) / seconds);

        string Point(int second, long count) => string.Create(CultureInfo.InvariantCulture,
            $"{X(second):0.0},{Height - Bottom - ((Height - Top - Bottom) * (double)count / most):0.0}");
    }
}
