using System.Globalization;

namespace PortableVirt.Cli.Output;

/// <summary>What a line of progress tells.</summary>
/// <param name="Step">Number of the step, from 1; 0 before the first.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="What">What is done.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes of the step, or 0 when they are not known.</param>
/// <param name="Elapsed">Time since the step began.</param>
public sealed record ProgressLine(int Step, int Steps, string What, long Done, long Total, TimeSpan Elapsed)
{
    private const long Settled = TimeSpan.TicksPerSecond / 5;

    /// <summary>The line, cut to a width in characters.</summary>
    public string Format(int width)
    {
        string text = Step == 0 ? What : string.Create(CultureInfo.InvariantCulture, $"[{Step}/{Steps}] {What}");
        if (Total > 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"  {Size.Of(Done)} of {Size.Of(Total)}  {Math.Min(100, Done * 100 / Total)}%");
        }
        else if (Done > 0)
        {
            text += "  " + Size.Of(Done);
        }
        if (Done > 0 && Elapsed.Ticks >= Settled)
        {
            text += $"  {Size.Of((long)(Done / Elapsed.TotalSeconds))}/s";
        }
        return text.Length <= width ? text : text[..Math.Max(0, width)];
    }

    /// <summary>{"progress":{"step":1,"steps":4,"what":text,"done":bytes,"total":bytes}}.</summary>
    public string ToJson() => Json.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("progress");
        writer.WriteNumber("step", Step);
        writer.WriteNumber("steps", Steps);
        writer.WriteString("what", What);
        writer.WriteNumber("done", Done);
        writer.WriteNumber("total", Total);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
