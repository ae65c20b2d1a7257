using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The console of a VM: the terminal that it was started from. This process is the console host: libwine's conhost.exe does not
/// run, so that a write costs one exit and no other process.
/// </summary>
public sealed class ConsoleObject : IDisposable
{
    private readonly List<NtProcess> _attached = [];
    private bool _titleSaved;
    private string? _title;
    private NtProcess? _first;

    private readonly SafeFileHandle[] _own;

    private ConsoleObject(Executive executive, SafeFileHandle input, SafeFileHandle output, params SafeFileHandle[] own)
    {
        _own = own;
        Executive = executive;
        CodePages = new CodePageTable(executive.NlsFiles);
        Output = new ConsoleOutput(output);
        Screen = new ConsoleScreen(Output);
        Input = new ConsoleInput(this, input);
    }

    /// <summary>True for a console that nobody sees: there is no terminal.</summary>
    internal bool IsInvisible => _own.Length != 0;

    /// <summary>Guards the screen buffers and the input. The dispatcher's lock may be taken while it is held, not the reverse.</summary>
    internal Lock Lock { get; } = new();

    internal Executive Executive { get; }

    internal CodePageTable CodePages { get; }

    /// <summary>Code page of byte input.</summary>
    internal uint InputCodePage { get; set; } = CodePageTable.Utf8;

    /// <summary>Code page of byte output.</summary>
    internal uint OutputCodePage { get; set; } = CodePageTable.Utf8;

    /// <summary>Window title: the program's path until a program sets one. Never empty, as on Windows: libuv takes an empty one for an error.</summary>
    internal string Title => _title ?? _first?.ImagePath ?? "";

    internal ConsoleInput Input { get; }

    internal ConsoleOutput Output { get; }

    internal ConsoleScreen Screen { get; }

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

    /// <summary>
    /// Makes a console that nobody sees, of 80 columns and 25 rows: what is written can be read back, and what is read comes from WriteConsoleInput. Null
    /// when the host has no descriptors left.
    /// </summary>
    internal static ConsoleObject? CreateInvisible(Executive executive)
    {
        const int closeOnExec = 0x80000;
        int[] pipe = [-1, -1];
        int output = NativeIo.Open(in "/dev/null\0"u8[0], OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        if (output < 0)
        {
            return null;
        }
        SafeFileHandle sink = new(output, true);
        if (NativeIo.Pipe(ref pipe[0], closeOnExec) != 0)
        {
            sink.Dispose();
            return null;
        }
        SafeFileHandle input = new(pipe[0], true);
        ConsoleObject console = new(executive, input, sink, input, sink, new SafeFileHandle(pipe[1], true));
        console.Screen.MoveTo(console.Screen.Main, 0, 0);
        return console;
    }

    /// <summary>A control event has been typed: a line that is being read ends, as does what was typed ahead.</summary>
    public void AbortLine() => Input.AbortLine();

    /// <summary>Sends what was written, so that what is printed from now on follows it.</summary>
    public void Flush() => Output.Flush();

    /// <summary>The user stops the VM's job: what was written is sent, and nothing is read. The terminal's settings are the caller's to put back.</summary>
    public void SuspendTerminal()
    {
        Output.Flush();
        Input.Suspend();
    }

    /// <summary>The job goes on: the terminal is taken over again.</summary>
    public void ResumeTerminal()
    {
        lock (Lock)
        {
            Screen.RepeatRow();
        }
        Input.Resume();
    }

    /// <summary>Sends what was written and gives the terminal back as it was.</summary>
    public void Dispose()
    {
        lock (Lock)
        {
            Screen.Activate(Screen.Main);
            if (!Screen.Main.CursorVisible)
            {
                Screen.SetCursor(Screen.Main, Screen.Main.CursorSize, true);
            }
            if (Screen.Main.Attributes != ScreenBuffer.DefaultAttributes)
            {
                Screen.SetAttributes(Screen.Main, ScreenBuffer.DefaultAttributes);
            }
            if (_titleSaved)
            {
                Output.Write("\x1b[23;0t"u8);
            }
        }
        Output.Dispose();
        Input.Dispose();
        foreach (SafeFileHandle handle in _own)
        {
            handle.Dispose();
        }
    }

    /// <summary>The processes that are attached, in the order in which they came.</summary>
    internal IReadOnlyList<NtProcess> AttachedProcesses()
    {
        lock (Lock)
        {
            return [.. _attached];
        }
    }

    internal bool IsAttached(NtProcess process)
    {
        lock (Lock)
        {
            return _attached.Contains(process);
        }
    }

    internal void Attach(NtProcess process)
    {
        lock (Lock)
        {
            _attached.Add(process);
            _first ??= process;
        }
    }

    internal void Detach(NtProcess process)
    {
        lock (Lock)
        {
            _attached.Remove(process);
        }
    }

    /// <summary>Sets the title of the terminal's window; the first time the old one is put aside.</summary>
    internal void SetTitle(string title)
    {
        lock (Lock)
        {
            _title = title;
            if (!_titleSaved)
            {
                _titleSaved = true;
                Output.Write("\x1b[22;0t"u8);
            }
            Output.Write($"\x1b]0;{new string([.. title.Where(c => !char.IsControl(c))])}\a");
        }
    }
}
