using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation.Io.Host;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// The input buffer of the console. From the first read or wait on, a host thread takes what the user types from the terminal,
/// makes input records of it and ends the reads that wait, in their order. The console's lock guards it.
/// </summary>
internal sealed partial class ConsoleInput(ConsoleObject console, SafeFileHandle terminal) : IDisposable
{
    private const int MaximumRecords = 1 << 17;

    private readonly Queue<InputRecord> _records = new();
    private readonly LinkedList<ConsoleReadRequest> _reads = new();
    private readonly List<ConsoleFile> _files = [];
    private readonly LineEditor _editor = new(new LineHistory());
    private readonly StringBuilder _text = new();
    private byte[] _bytes = [];
    private bool _isReady;
    private bool _hasEnded;

    /// <summary>Console input mode.</summary>
    public uint Mode { get; private set; } = ConsoleModes.DefaultInput;

    /// <summary>True while there are input records. Guarded by the dispatcher's lock.</summary>
    public bool IsReady => _isReady;

    /// <summary>Sets the mode and the terminal with it.</summary>
    public void SetMode(uint mode)
    {
        lock (console.Lock)
        {
            Mode = mode;
            _decoder.PassSequences = (mode & ConsoleModes.VirtualTerminalInput) != 0;
            _settings.Apply(mode);
        }
        Pump();
    }

    /// <summary>Number of input records that are there now.</summary>
    public int CountRecords()
    {
        lock (console.Lock)
        {
            Start();
            return _records.Count;
        }
    }

    /// <summary>Looks at input records.</summary>
    public InputRecord[] Peek(int maximum)
    {
        lock (console.Lock)
        {
            Start();
            return [.. _records.Take(maximum)];
        }
    }

    /// <summary>Queues a read; it ends when there is what it asks for.</summary>
    public void Add(ConsoleReadRequest request)
    {
        lock (console.Lock)
        {
            Start();
            console.Output.Flush();
            _reads.AddLast(request);
        }
        Pump();
    }

    /// <summary>A read was cancelled.</summary>
    public void Remove(ConsoleReadRequest request)
    {
        lock (console.Lock)
        {
            if (_reads.First?.Value == request)
            {
                _editor.Abort();
            }
            _reads.Remove(request);
        }
    }

    /// <summary>Puts records into the queue (WriteConsoleInput).</summary>
    public void AddRecords(ReadOnlySpan<InputRecord> records)
    {
        lock (console.Lock)
        {
            foreach (InputRecord record in records)
            {
                if (_records.Count < MaximumRecords)
                {
                    _records.Enqueue(record);
                }
            }
        }
        Pump();
    }

    /// <summary>Drops the records that are there.</summary>
    public void Clear()
    {
        lock (console.Lock)
        {
            _records.Clear();
        }
        Pump();
    }

    /// <summary>
    /// Ctrl-C or Ctrl-Break: drops what was typed; a read that waits for a line gets an empty one. (Windows gives it nothing and
    /// ERROR_OPERATION_ABORTED, which libwine's kernelbase cannot express and its cmd.exe takes for the end of input.)
    /// </summary>
    public void AbortLine()
    {
        lock (console.Lock)
        {
            _records.Clear();
            if (_editor.IsActive)
            {
                console.Screen.Print(console.Screen.Active, "^C");
                _editor.Abort();
                _text.Append("\r\n");
            }
        }
        Pump();
    }

    /// <summary>An input handle was opened or closed: open ones are signaled while there is input.</summary>
    public void Track(ConsoleFile file, bool open)
    {
        lock (console.Executive.Dispatcher.Lock)
        {
            if (open)
            {
                _files.Add(file);
            }
            else
            {
                _files.Remove(file);
            }
        }
    }

    /// <summary>A wait for input begins.</summary>
    public void BeginWait()
    {
        if (!_hasStarted)
        {
            // The caller holds the dispatcher's lock, which is taken inside the console's.
            ThreadPool.QueueUserWorkItem(static input => ((ConsoleInput)input!).CountRecords(), this);
        }
    }

    /// <summary>Ends the reads that can end.</summary>
    private void Pump()
    {
        List<(ConsoleReadRequest Request, byte[] Data)> done = [];
        lock (console.Lock)
        {
            while (_reads.First is { } first && TryRead(first.Value, out byte[] data))
            {
                _reads.RemoveFirst();
                done.Add((first.Value, data));
            }
            UpdateReady();
        }
        foreach ((ConsoleReadRequest request, byte[] data) in done)
        {
            if (request.TryClaim())
            {
                request.Deliver(data);
            }
        }
    }

    private bool TryRead(ConsoleReadRequest request, out byte[] data)
    {
        data = [];
        if (request.Maximum <= 0 || request.IsCompleted)
        {
            return true;
        }
        if (request.ReadKind == ConsoleReadKind.Records)
        {
            InputRecord[] records = new InputRecord[Math.Min(request.Maximum, _records.Count)];
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = _records.Dequeue();
            }
            data = MemoryMarshal.AsBytes(records.AsSpan()).ToArray();
            return records.Length != 0;
        }
        if (_bytes.Length == 0 && _text.Length == 0 && !((Mode & ConsoleModes.LineInput) != 0 ? EditLine(request) : TakeCharacters(request.Maximum)) && !_hasEnded)
        {
            return false;
        }
        data = request.ReadKind == ConsoleReadKind.Bytes ? TakeBytes(request.Maximum) : TakeText(request.Maximum, request.ReadKind == ConsoleReadKind.TextWithControl ? sizeof(uint) : 0);
        return true;
    }

    private bool EditLine(ConsoleReadRequest request)
    {
        if (!_editor.IsActive)
        {
            _editor.Begin((Mode & ConsoleModes.EchoInput) != 0 ? new LineView(console.Screen) : null, request.Initial);
        }
        while (_records.TryDequeue(out InputRecord record))
        {
            if (_editor.Apply(record, request.WakeupMask, out string line))
            {
                _text.Append(line);
                console.Output.Flush();
                return true;
            }
        }
        console.Output.Flush();
        return false;
    }

    private bool TakeCharacters(int maximum)
    {
        while (_text.Length < maximum && _records.TryDequeue(out InputRecord record))
        {
            if (record is { EventType: InputRecord.KeyEvent, KeyDown: not 0, Character: not 0 })
            {
                _text.Append((char)record.Character);
            }
        }
        return _text.Length != 0;
    }

    private byte[] TakeText(int maximum, int prefix)
    {
        int count = Math.Min(maximum, _text.Length);
        byte[] data = new byte[prefix + (count * 2)];
        MemoryMarshal.AsBytes(_text.ToString(0, count).AsSpan()).CopyTo(data.AsSpan(prefix));
        _text.Remove(0, count);
        return data;
    }

    /// <summary>Bytes of a line; a line that begins with Ctrl-Z is the end of the input.</summary>
    private byte[] TakeBytes(int maximum)
    {
        if (_bytes.Length == 0 && _text.Length != 0)
        {
            string text = _text.ToString();
            _text.Clear();
            _bytes = text[0] == '\x1a' && (Mode & ConsoleModes.ProcessedInput) != 0 ? [] : console.CodePages.Encode(text, console.InputCodePage);
        }
        byte[] data = _bytes[..Math.Min(maximum, _bytes.Length)];
        _bytes = _bytes[data.Length..];
        return data;
    }

    private void UpdateReady()
    {
        lock (console.Executive.Dispatcher.Lock)
        {
            _isReady = _records.Count != 0;
            for (int i = 0; _isReady && i < _files.Count; i++)
            {
                console.Executive.Dispatcher.Signal(_files[i]);
            }
        }
    }
}
