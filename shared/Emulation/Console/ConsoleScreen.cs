using System.Globalization;
using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// Screen buffers on a terminal. Text goes to the terminal as it is, and the active buffer follows it; changes of cells are
/// drawn. The terminal's cursor is always where the active buffer's is. The console's lock guards it.
/// </summary>
internal sealed class ConsoleScreen
{
    private readonly ConsoleOutput _output;
    private readonly StringBuilder _text = new();
    private bool _mainChanged;

    public ConsoleScreen(ConsoleOutput output)
    {
        _output = output;
        (int columns, int rows) = output.QuerySize();
        Main = Active = new ScreenBuffer(columns, rows);
        Main.StartAtBottom();
    }

    /// <summary>The buffer that the console started with.</summary>
    public ScreenBuffer Main { get; }

    /// <summary>The buffer that the terminal shows.</summary>
    public ScreenBuffer Active { get; private set; }

    /// <summary>Makes another buffer as large as the terminal.</summary>
    public ScreenBuffer CreateBuffer() => new(Active.Columns, Active.Rows);

    /// <summary>Takes the terminal's size over; true when it has changed.</summary>
    public bool UpdateSize()
    {
        (int columns, int rows) = _output.QuerySize();
        if (columns == Active.Columns && rows == Active.Rows)
        {
            return false;
        }
        Active.Resize(columns, rows);
        if (Active != Main)
        {
            Main.Resize(columns, rows);
            DrawAll();
        }
        return true;
    }

    /// <summary>Writes text as a console does in the buffer's mode.</summary>
    public void Write(ScreenBuffer buffer, ReadOnlySpan<char> text)
    {
        if (buffer.PendingSurrogate != 0 && text.Length != 0)
        {
            string joined = buffer.PendingSurrogate + text.ToString();
            buffer.PendingSurrogate = default;
            Write(buffer, joined);
            return;
        }
        if (text.Length != 0 && char.IsHighSurrogate(text[^1]))
        {
            buffer.PendingSurrogate = text[^1];
            text = text[..^1];
        }
        const uint Plain = ConsoleModes.ProcessedOutput | ConsoleModes.VirtualTerminalProcessing;
        if ((buffer.Mode & (Plain | ConsoleModes.DisableNewlineAutoReturn)) == Plain)
        {
            Print(buffer, text);
            return;
        }
        _text.Clear();
        foreach (char c in text)
        {
            AppendProcessed(c, buffer.Mode);
        }
        Print(buffer, _text.ToString());
        if (buffer.WrapPending && (buffer.Mode & ConsoleModes.VirtualTerminalProcessing) == 0 && buffer.Wraps)
        {
            Print(buffer, "\r\n");
        }
    }

    /// <summary>Writes text and sequences, whatever the buffer's mode.</summary>
    public void Print(ScreenBuffer buffer, ReadOnlySpan<char> text)
    {
        buffer.Interpreter.Follow(text);
        if (buffer == Active)
        {
            _output.Write(text);
        }
        else if (buffer == Main)
        {
            _mainChanged = true;
        }
    }

    /// <summary>Sets the mode.</summary>
    public void SetMode(ScreenBuffer buffer, uint mode)
    {
        bool wraps = (mode & ConsoleModes.WrapAtEndOfLine) != 0;
        if (wraps != ((buffer.Mode & ConsoleModes.WrapAtEndOfLine) != 0))
        {
            Print(buffer, wraps ? "\x1b[?7h" : "\x1b[?7l");
        }
        buffer.Mode = mode;
    }

    /// <summary>Moves the cursor to a cell of the buffer.</summary>
    public void MoveTo(ScreenBuffer buffer, int column, int row)
    {
        int fromRow = buffer.Row;
        bool known = buffer.IsOriginKnown || row == 0;
        if (buffer == Active && !known && row < buffer.HighestRow)
        {
            TakeScreen(buffer);
            known = true;
        }
        if (buffer == Active)
        {
            buffer.IsOriginKnown = known;
            _output.Write(known ? Position(column, row) : RelativePosition(fromRow, column, row));
        }
        buffer.MoveTo(column, row);
    }

    /// <summary>Sets the colours of text to come.</summary>
    public void SetAttributes(ScreenBuffer buffer, ushort attributes)
    {
        buffer.Attributes = attributes;
        if (buffer == Active)
        {
            _output.Write(ConsoleColours.Rendition(attributes));
        }
    }

    /// <summary>Sets the cursor's height in percent and whether it is shown.</summary>
    public void SetCursor(ScreenBuffer buffer, int size, bool visible)
    {
        (buffer.CursorSize, buffer.CursorVisible) = (size, visible);
        if (buffer == Active)
        {
            _output.Write(visible ? "\x1b[?25h" : "\x1b[?25l");
        }
    }

    /// <summary>Shows another buffer.</summary>
    public void Activate(ScreenBuffer buffer)
    {
        if (buffer == Active)
        {
            return;
        }
        ScreenBuffer previous = Active;
        Active = buffer;
        (int columns, int rows) = (previous.Columns, previous.Rows);
        if (buffer.Columns != columns || buffer.Rows != rows)
        {
            buffer.Resize(columns, rows);
        }
        if (previous == Main)
        {
            _mainChanged = false;
            _output.Write("\x1b[?1049h");
        }
        else if (buffer == Main)
        {
            _output.Write("\x1b[?1049l");
        }
        if (buffer != Main || _mainChanged)
        {
            buffer.IsOriginKnown = true;
            DrawAll();
        }
        _output.Write(buffer.CursorVisible ? "\x1b[?25h" : "\x1b[?25l");
        _output.Write(ConsoleColours.Rendition(buffer.Attributes));
    }

    /// <summary>Draws what has changed in a rectangle of cells (inclusive), then puts the cursor back.</summary>
    public void Draw(ScreenBuffer buffer, int left, int top, int right, int bottom)
    {
        if (buffer != Active)
        {
            _mainChanged |= buffer == Main;
            return;
        }
        bool all = left == 0 && top == 0 && right >= buffer.Columns - 1 && bottom >= buffer.Rows - 1;
        if (all || (!buffer.IsOriginKnown && top < buffer.HighestRow))
        {
            TakeScreen(buffer);
            return;
        }
        _text.Clear();
        int at = buffer.Row;
        for (int row = top; row <= bottom; row++)
        {
            _text.Append(buffer.IsOriginKnown ? Position(left, row) : RelativePosition(at, left, row));
            AppendCells(buffer.Line(row)[left..(right + 1)]);
            at = row;
        }
        _text.Append(ConsoleColours.Rendition(buffer.Attributes));
        _text.Append(buffer.IsOriginKnown ? Position(buffer.Column, buffer.Row) : RelativePosition(at, buffer.Column, buffer.Row));
        _output.Write(_text.ToString());
    }

    /// <summary>
    /// The shell has written to the terminal while the job was stopped, and its cursor is at the start of a row: shows the
    /// cursor's row again. Where that is on the terminal is not known.
    /// </summary>
    public void RepeatRow()
    {
        _text.Clear();
        AppendCells(Active.Line(Active.Row)[..Active.Column]);
        _text.Append(ConsoleColours.Rendition(Active.Attributes));
        _output.Write(_text.ToString());
        if (Active == Main)
        {
            Active.LoseOrigin();
        }
    }

    private void DrawAll() => Draw(Active, 0, 0, Active.Columns - 1, Active.Rows - 1);

    /// <summary>Clears the terminal and draws the whole buffer: from now on its rows are the terminal's.</summary>
    private void TakeScreen(ScreenBuffer buffer)
    {
        buffer.IsOriginKnown = true;
        _text.Clear();
        _text.Append("\x1b[0m\x1b[H\x1b[2J");
        for (int row = 0; row < buffer.Rows; row++)
        {
            ReadOnlySpan<ConsoleCell> line = buffer.Line(row);
            int end = line.Length;
            while (end > 0 && line[end - 1].Character == ' ' && line[end - 1].Attributes == ScreenBuffer.DefaultAttributes)
            {
                end--;
            }
            if (end != 0)
            {
                _text.Append(Position(0, row));
                AppendCells(line[..end]);
            }
        }
        _text.Append(ConsoleColours.Rendition(buffer.Attributes));
        _text.Append(Position(buffer.Column, buffer.Row));
        _output.Write(_text.ToString());
    }

    private void AppendCells(ReadOnlySpan<ConsoleCell> cells)
    {
        const ushort Halves = ConsoleCell.LeadingHalf | ConsoleCell.TrailingHalf;
        int colours = -1;
        for (int i = 0; i < cells.Length; i++)
        {
            ConsoleCell cell = cells[i];
            if ((cell.Attributes & ~Halves) != colours)
            {
                colours = cell.Attributes & ~Halves;
                _text.Append(ConsoleColours.Rendition((ushort)colours));
            }
            bool isRightHalf = i > 0 && (cell.Attributes & ConsoleCell.TrailingHalf) != 0 && (cells[i - 1].Attributes & ConsoleCell.LeadingHalf) != 0;
            if (!isRightHalf || char.IsLowSurrogate(cell.Character))
            {
                _text.Append(char.IsControl(cell.Character) ? Glyph(cell.Character) : cell.Character);
            }
        }
    }

    private void AppendProcessed(char c, uint mode)
    {
        bool processed = (mode & ConsoleModes.ProcessedOutput) != 0;
        if (c >= ' ' && c != '\x7f')
        {
            _text.Append(c);
        }
        else if (processed && c == '\n' && (mode & ConsoleModes.DisableNewlineAutoReturn) != 0)
        {
            _text.Append("\x1b" + "D");
        }
        else if (processed && (c is '\a' or '\b' or '\t' or '\n' or '\r' || (mode & ConsoleModes.VirtualTerminalProcessing) != 0))
        {
            _text.Append(c);
        }
        else
        {
            _text.Append(Glyph(c));
        }
    }

    /// <summary>What code page 437 shows for a control character.</summary>
    private static char Glyph(char c) => c < ' ' ? " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"[c] : c == '\x7f' ? '⌂' : ' ';

    private static string Position(int column, int row) => string.Create(CultureInfo.InvariantCulture, $"\x1b[{row + 1};{column + 1}H");

    private static string RelativePosition(int fromRow, int column, int row)
    {
        string vertical = row == fromRow ? "" : string.Create(CultureInfo.InvariantCulture, $"\x1b[{Math.Abs(row - fromRow)}{(row < fromRow ? 'A' : 'B')}");
        return column == 0 ? "\r" + vertical : string.Create(CultureInfo.InvariantCulture, $"\r{vertical}\x1b[{column}C");
    }
}
