using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Cli.CommandLine;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Runs;

/// <summary>Tells scripts whose exit code it is: {"source":"program"|"portablevirt","code":N,"ntStatus":N,"failure":text}.</summary>
public static class StatusReport
{
    /// <summary>Makes sure that the report can be written, before a program runs whose end it tells.</summary>
    /// <exception cref="HostException">The file cannot be written.</exception>
    /// <exception cref="UsageException">The descriptor is not a number.</exception>
    public static void Check(string? file, string? descriptor)
    {
        if (descriptor is not null)
        {
            ParseDescriptor(descriptor);
        }

        try
        {
            if (file is not null)
            {
                using FileStream stream = new(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"the status file {file} cannot be written: {e.Message} Name another one with --status-file");
        }
    }

    /// <summary>Writes the report where the options ask for it.</summary>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="file">Path of a file to write, or null.</param>
    /// <param name="descriptor">Number of an open descriptor to write to, or null.</param>
    /// <exception cref="UsageException">The descriptor is not a number.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(RunOutcome outcome, string? file, string? descriptor)
    {
        if (file is null && descriptor is null)
        {
            return;
        }

        string json = Json.Document(writer => Write(writer, outcome));
        if (file is not null)
        {
            File.WriteAllText(file, json);
        }

        if (descriptor is not null)
        {
            using SafeFileHandle handle = new(ParseDescriptor(descriptor), ownsHandle: false);
            using FileStream stream = new(handle, FileAccess.Write, 0);
            stream.Write(Encoding.UTF8.GetBytes(json));
        }
    }

    /// <summary>Writes the report as a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, RunOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("source", outcome.FromProgram ? "program" : "portablevirt");
        writer.WriteNumber("code", outcome.ExitCode);
        writer.WriteNumber("ntStatus", outcome.NtStatus);
        if (outcome.Failure is not null)
        {
            writer.WriteString("failure", outcome.Failure);
        }
        writer.WriteEndObject();
    }

    /// <summary>The number of a descriptor.</summary>
    /// <exception cref="UsageException">Not a number.</exception>
    public static int ParseDescriptor(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new UsageException($"--json-status needs the number of an open descriptor, not \"{text}\"");
}
