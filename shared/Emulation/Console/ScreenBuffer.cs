using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// A screen buffer: cells, cursor, colours, mode. As large as the terminal's window. The console's lock guards it. What is shown
/// on the terminal is the business of <see cref="ConsoleScreen"/>.
/// </summary>
internal sealed class ScreenBuffer
{
    /// <summary>Colours of a new buffer: grey on black.</summary>
    public const ushort DefaultAttributes = 7;

    private const int TabWidth = 8;

    private ConsoleCell[][] _lines;
    private ConsoleCell[][]? _main;
    private (int Column, int Row) _mainCursor;

    /// <summary>An empty buffer.</summary>
    public ScreenBuffer(int columns, int rows)
    {
        (Columns, Rows, Bottom) = (columns, rows, rows - 1);
        _lines = CreateLines();
        Interpreter = new OutputInterpreter(this);
    }

    /// <summary>Columns, at least 1.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows, at least 1.</summary>
    public int Rows { get; private set; }

    /// <summary>Column of the cursor, from 0.</summary>
    public int Column { get; private set; }

    /// <summary>Row of the cursor, from 0.</summary>
    public int Row { get; private set; }

    /// <summary>The last column was written: the next character goes to the next row.</summary>
    public bool WrapPending { get; private set; }

    /// <summary>Colours of what is written.</summary>
    public ushort Attributes { get; set; } = DefaultAttributes;

    /// <summary>Console output mode.</summary>
    public uint Mode { get; set; } = ConsoleModes.DefaultOutput;

    /// <summary>Height of the cursor in percent, 1 to 100.</summary>
    public int CursorSize { get; set; } = 25;

    /// <summary>The cursor is shown.</summary>
    public bool CursorVisible { get; set; } = true;

    /// <summary>Wrapping at the last column (DECAWM).</summary>
    public bool Wraps { get; set; } = true;

    /// <summary>First row of the scroll region.</summary>
    public int Top { get; private set; }

    /// <summary>Last row of the scroll region.</summary>
    public int Bottom { get; private set; }

    /// <summary>Rows here are rows of the terminal. Until then only the distance to the cursor's row is known.</summary>
    public bool IsOriginKnown { get; set; } = true;

    /// <summary>While the origin is not known: the highest row that the program has been on.</summary>
    public int HighestRow { get; private set; }

    /// <summary>Follows text that is written.</summary>
    public OutputInterpreter Interpreter { get; }

    /// <summary>Decodes bytes that are written; it keeps a character that a write has cut in two.</summary>
    public CodePageDecoder Decoder { get; } = new();

    /// <summary>A high surrogate at the end of the last write, or 0.</summary>
    public char PendingSurrogate { get; set; }

    /// <summary>The cells of a row.</summary>
    public Span<ConsoleCell> Line(int row) => _lines[row];

    /// <summary>The cursor is on the last row of a terminal whose upper rows are not ours.</summary>
    public void StartAtBottom()
    {
        Row = Rows - 1;
        LoseOrigin();
    }

    /// <summary>Only the cursor's row is ours, and where it is on the terminal is not known.</summary>
    public void LoseOrigin() => (IsOriginKnown, HighestRow) = (false, Row);

    /// <summary>Moves the cursor; values outside are clamped.</summary>
    public void MoveTo(int column, int row)
    {
        (Column, Row, WrapPending) = (Math.Clamp(column, 0, Columns - 1), Math.Clamp(row, 0, Rows - 1), false);
        HighestRow = Math.Min(HighestRow, Row);
    }

    /// <summary>Sets the scroll region.</summary>
    public void SetRegion(int top, int bottom)
    {
        if (top < bottom && top >= 0 && bottom < Rows)
        {
            (Top, Bottom) = (top, bottom);
            MoveTo(0, 0);
        }
    }

    /// <summary>Takes a new size over; rows stay where they are relative to the cursor's.</summary>
    public void Resize(int columns, int rows)
    {
        ConsoleCell[][] old = _lines;
        int shift = Math.Max(0, Row - (rows - 1));
        (Columns, Rows, Top, Bottom) = (columns, rows, 0, rows - 1);
        _lines = CreateLines();
        for (int row = 0; row < rows && row + shift < old.Length; row++)
        {
            ReadOnlySpan<ConsoleCell> line = old[row + shift];
            line[..Math.Min(columns, line.Length)].CopyTo(_lines[row]);
        }
        _main = null;
        HighestRow = Math.Max(0, HighestRow - shift);
        MoveTo(Column, Row - shift);
    }

    /// <summary>Writes one character at the cursor and moves on.</summary>
    public void Put(Rune rune)
    {
        int width = CharacterCells.Width(rune);
        if (width == 0)
        {
            return;
        }
        if (WrapPending || Column + width > Columns)
        {
            if (Wraps)
            {
                Column = 0;
                LineFeed();
            }
            else
            {
                Column = Math.Max(0, Columns - width);
            }
        }
        WrapPending = false;
        Span<char> units = stackalloc char[2];
        int count = rune.EncodeToUtf16(units);
        Span<ConsoleCell> line = _lines[Row];
        ushort lead = width == 2 ? ConsoleCell.LeadingHalf : (ushort)0;
        line[Column] = new ConsoleCell(count == 2 && width == 1 ? '\xfffd' : units[0], (ushort)(Attributes | lead));
        if (width == 2 && Column + 1 < Columns)
        {
            line[Column + 1] = new ConsoleCell(units[count - 1], (ushort)(Attributes | ConsoleCell.TrailingHalf));
        }
        Column += width;
        if (Column >= Columns)
        {
            (Column, WrapPending) = (Columns - 1, true);
        }
    }

    /// <summary>Backspace: one column to the left.</summary>
    public void Back() => (Column, WrapPending) = (Math.Max(0, Column - 1), false);

    /// <summary>To the next tab stop.</summary>
    public void Tab() => Column = Math.Min((Column + TabWidth) & ~(TabWidth - 1), Columns - 1);

    /// <summary>To the first column.</summary>
    public void Return() => (Column, WrapPending) = (0, false);

    /// <summary>One row down; scrolls at the end of the region.</summary>
    public void LineFeed()
    {
        WrapPending = false;
        if (Row != Bottom)
        {
            Row = Math.Min(Row + 1, Rows - 1);
            return;
        }
        ScrollUp(Top, Bottom, 1);
        if (Top == 0 && Bottom == Rows - 1)
        {
            HighestRow = Math.Max(0, HighestRow - 1);
            IsOriginKnown |= HighestRow == 0;
        }
    }

    /// <summary>One row up; scrolls at the start of the region.</summary>
    public void ReverseLineFeed()
    {
        if (Row == Top)
        {
            ScrollDown(Top, Bottom, 1);
        }
        else
        {
            MoveTo(Column, Row - 1);
        }
    }

    /// <summary>Moves rows up within a range; empty ones come in below.</summary>
    public void ScrollUp(int top, int bottom, int count)
    {
        for (count = Math.Min(count, bottom - top + 1); count > 0; count--)
        {
            ConsoleCell[] first = _lines[top];
            Array.Copy(_lines, top + 1, _lines, top, bottom - top);
            Clear(first);
            _lines[bottom] = first;
        }
    }

    /// <summary>Moves rows down within a range; empty ones come in above.</summary>
    public void ScrollDown(int top, int bottom, int count)
    {
        for (count = Math.Min(count, bottom - top + 1); count > 0; count--)
        {
            ConsoleCell[] last = _lines[bottom];
            Array.Copy(_lines, top, _lines, top + 1, bottom - top);
            Clear(last);
            _lines[top] = last;
        }
    }

    /// <summary>Makes cells of a row empty, in the current colours.</summary>
    public void Erase(int row, int from, int to) => Clear(_lines[row].AsSpan(from, Math.Max(0, Math.Min(to, Columns) - from)));

    /// <summary>The alternate screen of a VT program (DECSET 1049): the main one is kept.</summary>
    public void EnterAlternate()
    {
        if (_main is null)
        {
            (_main, _mainCursor) = (_lines, (Column, Row));
            _lines = CreateLines();
        }
    }

    /// <summary>Back to the main screen.</summary>
    public void LeaveAlternate()
    {
        if (_main is not null)
        {
            _lines = _main;
            _main = null;
            MoveTo(_mainCursor.Column, _mainCursor.Row);
        }
    }

    private void Clear(Span<ConsoleCell> cells) => cells.Fill(new ConsoleCell(' ', Attributes));

    private ConsoleCell[][] CreateLines()
    {
        ConsoleCell[][] lines = new ConsoleCell[Rows][];
        for (int row = 0; row < Rows; row++)
        {
            lines[row] = new ConsoleCell[Columns];
            lines[row].AsSpan().Fill(new ConsoleCell(' ', DefaultAttributes));
        }
        return lines;
    }
}
