using System.Globalization;
using PortableVirt.Cli.Output;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Cli.Vms;

/// <summary>Events, for people and programs.</summary>
internal static class EventText
{
    /// <summary>One line: time, VM, what happened.</summary>
    public static string ToLine(Event happened) =>
        $"{happened.Time.ToDateTime().ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {(happened.VmId.Length == 0 ? "-       " : happened.VmId)}  {Table.Plain(Describe(happened))}\n";

    /// <summary>{"time":time,"vm":id,"event":kind,...}: what the members are is in docs/json.md.</summary>
    public static string ToJson(Event happened) => Json.Document(writer =>
    {
        writer.WriteStartObject();
        VmJson.WriteTime(writer, "time", happened.Time);
        writer.WriteString("vm", happened.VmId.Length == 0 ? null : happened.VmId);
        writer.WriteString("event", Kind(happened));
        writer.WriteString("text", Describe(happened));
        switch (happened.EventCase)
        {
            case Event.EventOneofCase.VmStarted:
                writer.WritePropertyName("started");
                VmJson.Write(writer, happened.VmStarted);
                break;
            case Event.EventOneofCase.ProcessStarted:
                writer.WriteNumber("process", happened.ProcessStarted.ProcessId);
                writer.WriteString("image", happened.ProcessStarted.ImagePath);
                break;
            case Event.EventOneofCase.ProcessEnded:
                writer.WriteNumber("process", happened.ProcessEnded.ProcessId);
                writer.WriteNumber("code", happened.ProcessEnded.ExitCode);
                break;
            case Event.EventOneofCase.VmEnded:
                writer.WritePropertyName("exit");
                VmJson.Write(writer, happened.VmEnded);
                break;
            case Event.EventOneofCase.StateChanged:
                writer.WriteString("state", VmText.Of(happened.StateChanged.State));
                writer.WriteString("reason", happened.StateChanged.Reason);
                break;
            case Event.EventOneofCase.Unseen:
                writer.WriteString("kind", happened.Unseen.Kind);
                writer.WriteString("name", happened.Unseen.Name);
                writer.WriteBoolean("given", happened.Unseen.Given);
                writer.WriteString("command", happened.Unseen.Command.Length == 0 ? null : happened.Unseen.Command);
                break;
            case Event.EventOneofCase.PackageRegistered:
                writer.WritePropertyName("package");
                VmJson.Write(writer, happened.PackageRegistered);
                break;
            case Event.EventOneofCase.PackageUnregistered:
                writer.WritePropertyName("package");
                VmJson.Write(writer, happened.PackageUnregistered);
                break;
        }
        writer.WriteEndObject();
    });

    private static string Kind(Event happened) => happened.EventCase switch
    {
        Event.EventOneofCase.VmStarted => "started",
        Event.EventOneofCase.ProcessStarted => "process-started",
        Event.EventOneofCase.ProcessEnded => "process-ended",
        Event.EventOneofCase.Error => "error",
        Event.EventOneofCase.VmEnded => "ended",
        Event.EventOneofCase.StateChanged => "state",
        Event.EventOneofCase.PackageRegistered => "registered",
        Event.EventOneofCase.PackageUnregistered => "unregistered",
        Event.EventOneofCase.Unseen => "unseen",
        _ => "unknown",
    };

    private static string Describe(UnseenUse item) =>
        $"{item.Kind} {item.Name} is not in the package: {(item.Given ? "given" : "denied")}; "
        + (item.Command.Length == 0 ? "it could not be recorded, or nobody knows where the package's file is" : $"to add it: {item.Command}");

    private static string Describe(Event happened) => happened.EventCase switch
    {
        Event.EventOneofCase.VmStarted => $"started: {VmText.ShortProgram(happened.VmStarted)}",
        Event.EventOneofCase.ProcessStarted => string.Create(CultureInfo.InvariantCulture, $"process {happened.ProcessStarted.ProcessId} started: {happened.ProcessStarted.ImagePath}"),
        Event.EventOneofCase.ProcessEnded => string.Create(CultureInfo.InvariantCulture, $"process {happened.ProcessEnded.ProcessId} ended with code {happened.ProcessEnded.ExitCode}"),
        Event.EventOneofCase.Error => $"error: {happened.Error}",
        Event.EventOneofCase.VmEnded => $"ended: {VmText.Of(happened.VmEnded)}",
        Event.EventOneofCase.StateChanged => $"{VmText.Of(happened.StateChanged.State)}{(happened.StateChanged.Reason.Length == 0 ? "" : ": " + happened.StateChanged.Reason)}",
        Event.EventOneofCase.PackageRegistered => $"registered: package {happened.PackageRegistered.Name}",
        Event.EventOneofCase.PackageUnregistered => $"unregistered: package {happened.PackageUnregistered.Name}",
        Event.EventOneofCase.Unseen => Describe(happened.Unseen),
        _ => "something that this pvctl does not know",
    };
}
