using System.Diagnostics;
using PortableVirt.Agent.Bus;

namespace PortableVirt.Agent.Messages;

/// <summary>Tells the user what went wrong: in a dialog, where none can be shown in a notification, else in the log.</summary>
/// <param name="session">The user's session.</param>
internal sealed class Dialogs(Session session)
{
    /// <summary>Longest text of a dialog in characters.</summary>
    private const int MaxText = 4000;

    /// <summary>Shows an error and does not wait for the user.</summary>
    public void ShowError(string title, string text)
    {
        (title, text) = (Plain(title), Plain(text));
        Console.Error.WriteLine($"{title}: {text}");
        if (Find() is { } tool)
        {
            using Process process = Start(tool.Program, tool.Error(title, text));
            return;
        }
        using Notification? notification = Notification.TryMake(session.Variables);
        try
        {
            notification?.ShowError(title, text);
        }
        catch (BusException e)
        {
            Console.Error.WriteLine(e.Message);
        }
    }

    /// <summary>Shows a text file until the user closes it; false where nothing can show it.</summary>
    public async Task<bool> ShowFileAsync(string title, string file)
    {
        if (Find() is not { } tool)
        {
            return false;
        }
        using Process process = Start(tool.Program, tool.File(Plain(title), file));
        await process.WaitForExitAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Starts a program in the session, without standard input and with the agent's log for its messages.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(session.FindProgram(program) ?? program, arguments) { RedirectStandardInput = true };
        start.Environment.Clear();
        foreach ((string name, string value) in session.Variables)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start) ?? throw new IOException($"{program} was not started");
    }

    private DialogTool? Find() => session.HasDisplay ? DialogTool.All.FirstOrDefault(t => session.FindProgram(t.Program) is not null) : null;

    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsControl(c) || c == '\n').Take(MaxText));
}
