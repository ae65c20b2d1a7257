using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Emulation.Console;

/// <summary>The console of a VM: the terminal that it was started from.</summary>
public sealed class ConsoleObject : IDisposable
{
    private ConsoleObject(Executive executive, SafeFileHandle input, SafeFileHandle output)
    {
        Input = new ConsoleInput(input, executive);
        Output = new ConsoleOutput(output);
    }

    /// <summary>Called for Ctrl-C (0), Ctrl-Break (1) and the other control events with the process group it is for (0: all).</summary>
    public Action<uint, uint>? ControlHandler { get; set; }

    /// <summary>Code page of byte input.</summary>
    internal uint InputCodePage { get; set; } = ConsoleText.Utf8;

    /// <summary>Code page of byte output.</summary>
    internal uint OutputCodePage { get; set; } = ConsoleText.Utf8;

    /// <summary>Window title.</summary>
    internal string Title { get; set; } = "";

    /// <summary>Console output mode.</summary>
    internal uint OutputMode { get; set; } = ConsoleModes.DefaultOutput;

    /// <summary>Colours: foreground in bits 0-3, background in bits 4-7.</summary>
    internal ushort Attributes { get; set; } = 7;

    internal bool CursorVisible { get; set; } = true;

    internal ConsoleInput Input { get; }

    internal ConsoleOutput Output { get; }

    /// <summary>
    /// Makes a console when input or output is a terminal; null otherwise. A side that is no terminal uses the other one.
    /// </summary>
    public static ConsoleObject? Create(Executive executive, int input, int output)
    {
        SafeFileHandle inputHandle = new(input, false);
        SafeFileHandle outputHandle = new(output, false);
        bool inputIs = TerminalSettings.IsTerminal(inputHandle);
        bool outputIs = TerminalSettings.IsTerminal(outputHandle);
        return !inputIs && !outputIs ? null : new ConsoleObject(executive, inputIs ? inputHandle : outputHandle, outputIs ? outputHandle : inputHandle);
    }

    /// <summary>Raises a control event for a process group; 0 means every process of the console.</summary>
    public void RaiseControl(uint kind, uint group = 0) => ControlHandler?.Invoke(kind, group);

    /// <summary>Sends what was written and gives the terminal back as it was.</summary>
    public void Dispose()
    {
        Output.Dispose();
        Input.Dispose();
    }
}
