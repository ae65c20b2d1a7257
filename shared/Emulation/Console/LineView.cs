using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// Shows the line of a <see cref="LineEditor"/> on a screen. Works with distances from the cursor alone, so that it is right
/// wherever on the terminal the line starts.
/// </summary>
internal sealed class LineView(ConsoleScreen screen)
{
    private readonly ScreenBuffer _buffer = screen.Active;
    private int _startColumn;
    private int _cursor;
    private int _cursorCells;
    private int _shownCells;

    /// <summary>Starts behind text that is on the screen.</summary>
    public void Begin(string initial)
    {
        int cells = initial.Length;
        _startColumn = ((_buffer.Column - cells) % _buffer.Columns + _buffer.Columns) % _buffer.Columns;
        _cursor = _cursorCells = _shownCells = cells;
    }

    /// <summary>Characters from <paramref name="start"/> on have changed.</summary>
    public void Change(ReadOnlySpan<char> line, int start, int cursor)
    {
        int from = start == _cursor ? _cursorCells : CellsTo(line, start);
        GoTo(from);
        StringBuilder text = new();
        int cells = from;
        Append(line, start, ref cells, text);
        int shown = cells;
        for (; cells < _shownCells; cells++)
        {
            text.Append(' ');
        }
        Write(text.ToString(), cells);
        _shownCells = shown;
        _cursor = cursor;
        GoTo(cursor == line.Length ? shown : CellsTo(line, cursor));
    }

    /// <summary>Moves the cursor to a character.</summary>
    public void MoveTo(ReadOnlySpan<char> line, int cursor)
    {
        _cursor = cursor;
        GoTo(CellsTo(line, cursor));
    }

    /// <summary>Goes to a new row below the line.</summary>
    public void End(ReadOnlySpan<char> line)
    {
        int end = CellsTo(line, line.Length);
        GoTo(end);
        if ((_startColumn + end) % _buffer.Columns != 0 || end == 0)
        {
            screen.Print(_buffer, "\r\n");
        }
    }

    private void Write(string text, int cells)
    {
        if (text.Length == 0)
        {
            return;
        }
        screen.Print(_buffer, text);
        if (_buffer.WrapPending)
        {
            screen.Print(_buffer, "\r\n");
        }
        _cursorCells = cells;
    }

    private void GoTo(int cells)
    {
        int columns = _buffer.Columns;
        int rows = ((_startColumn + cells) / columns) - ((_startColumn + _cursorCells) / columns);
        int column = (_startColumn + cells) % columns;
        if (cells != _cursorCells)
        {
            screen.MoveTo(_buffer, column, Math.Max(0, _buffer.Row + rows));
        }
        _cursorCells = cells;
    }

    private int CellsTo(ReadOnlySpan<char> line, int end)
    {
        int cells = 0;
        for (int i = 0; i < end;)
        {
            cells += Next(line, ref i, cells, null);
        }
        return cells;
    }

    private void Append(ReadOnlySpan<char> line, int start, ref int cells, StringBuilder text)
    {
        for (int i = start; i < line.Length;)
        {
            cells += Next(line, ref i, cells, text);
        }
    }

    /// <summary>Cells of the character at <paramref name="index"/>: ^X for control characters, spaces for tabs.</summary>
    private int Next(ReadOnlySpan<char> line, ref int index, int cells, StringBuilder? text)
    {
        char c = line[index++];
        if (c == '\t')
        {
            int count = 8 - ((_startColumn + cells) % _buffer.Columns % 8);
            text?.Append(' ', count);
            return count;
        }
        if (c < ' ' || c == '\x7f')
        {
            text?.Append('^').Append((char)(c ^ 0x40));
            return 2;
        }
        Rune rune = char.IsHighSurrogate(c) && index < line.Length && Rune.TryCreate(c, line[index], out Rune pair) ? pair
            : Rune.TryCreate(c, out Rune single) ? single : Rune.ReplacementChar;
        index += rune.Value > 0xffff ? 1 : 0;
        text?.Append(rune.ToString());
        int width = CharacterCells.Width(rune);
        // A wide character that does not fit leaves the last column empty.
        return width == 2 && (_startColumn + cells) % _buffer.Columns == _buffer.Columns - 1 ? 3 : width;
    }
}
