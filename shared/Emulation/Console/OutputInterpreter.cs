using System.Text;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// Follows what a terminal does with the text that is written to it (control characters, and ECMA-48 / xterm sequences when
/// virtual terminal processing is on) in a screen buffer.
/// </summary>
internal sealed class OutputInterpreter(ScreenBuffer buffer)
{
    private const int MaximumParameter = 9999;
    private const int MaximumParameters = 16;

    private readonly List<int> _parameters = [];
    private State _state;
    private char _prefix;
    private char _intermediate;
    private bool _inString;
    private (int Column, int Row, ushort Attributes) _saved = (0, 0, ScreenBuffer.DefaultAttributes);

    private enum State
    {
        Text,
        Escape,
        EscapeIntermediate,
        Control,
        String,
    }

    /// <summary>Sequences that the terminal answers, seen since the last look.</summary>
    public int Queries { get; set; }

    /// <summary>Follows text that the terminal gets.</summary>
    public void Follow(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (_state == State.Text && c >= ' ' && c != '\x7f')
            {
                Rune rune = char.IsSurrogate(c) && i + 1 < text.Length && Rune.TryCreate(c, text[i + 1], out Rune pair) ? pair
                    : Rune.TryCreate(c, out Rune single) ? single : Rune.ReplacementChar;
                i += rune.Value > 0xffff ? 1 : 0;
                buffer.Put(rune);
                continue;
            }
            Step(c);
        }
    }

    private void Step(char c)
    {
        switch (_state)
        {
            case State.String:
                if (c is '\a' or '\x1b' || (c == '\\' && _inString))
                {
                    _state = c == '\x1b' ? State.String : State.Text;
                }
                _inString = c == '\x1b';
                break;
            case var _ when c == '\x1b':
                _state = State.Escape;
                break;
            case var _ when c < ' ':
                FollowControl(c);
                break;
            case State.Escape:
                FollowEscape(c);
                break;
            case State.EscapeIntermediate:
                _state = State.Text;
                break;
            case State.Control:
                FollowSequence(c);
                break;
        }
    }

    private void FollowControl(char c)
    {
        switch (c)
        {
            case '\r':
                buffer.Return();
                break;
            case '\n' or '\v' or '\f':
                buffer.Return();
                buffer.LineFeed();
                break;
            case '\b':
                buffer.Back();
                break;
            case '\t':
                buffer.Tab();
                break;
        }
    }

    private void FollowEscape(char c)
    {
        _state = State.Text;
        switch (c)
        {
            case '[':
                _state = State.Control;
                _parameters.Clear();
                (_prefix, _intermediate) = ('\0', '\0');
                break;
            case ']' or 'P' or 'X' or '^' or '_':
                (_state, _inString) = (State.String, false);
                break;
            case >= ' ' and <= '/':
                _state = State.EscapeIntermediate;
                break;
            case '7':
                Save();
                break;
            case '8':
                Restore();
                break;
            case 'D':
                buffer.LineFeed();
                break;
            case 'E':
                buffer.Return();
                buffer.LineFeed();
                break;
            case 'M':
                buffer.ReverseLineFeed();
                break;
            case 'c':
                buffer.Attributes = ScreenBuffer.DefaultAttributes;
                buffer.ScrollUp(0, buffer.Rows - 1, buffer.Rows);
                buffer.MoveTo(0, 0);
                buffer.IsOriginKnown = true;
                break;
        }
    }

    private void FollowSequence(char c)
    {
        switch (c)
        {
            case >= '0' and <= '9':
                if (_parameters.Count == 0)
                {
                    _parameters.Add(0);
                }
                _parameters[^1] = Math.Min((_parameters[^1] * 10) + c - '0', MaximumParameter);
                return;
            case ';' or ':':
                if (_parameters.Count == 0)
                {
                    _parameters.Add(0);
                }
                if (_parameters.Count < MaximumParameters)
                {
                    _parameters.Add(0);
                }
                return;
            case >= '<' and <= '?':
                _prefix = c;
                return;
            case >= ' ' and <= '/':
                _intermediate = c;
                return;
        }
        _state = State.Text;
        if (_intermediate != 0 || c > '~')
        {
            return;
        }
        if (_prefix != 0)
        {
            FollowPrivate(c);
        }
        else
        {
            Execute(c);
        }
    }

    private void Execute(char c)
    {
        int count = Math.Max(1, At(0));
        switch (c)
        {
            case 'A':
                MoveUp(buffer.Column, count);
                break;
            case 'B' or 'e':
                buffer.MoveTo(buffer.Column, buffer.Row + count);
                break;
            case 'C' or 'a':
                buffer.MoveTo(buffer.Column + count, buffer.Row);
                break;
            case 'D':
                buffer.MoveTo(buffer.Column - count, buffer.Row);
                break;
            case 'E':
                buffer.MoveTo(0, buffer.Row + count);
                break;
            case 'F':
                MoveUp(0, count);
                break;
            case 'G' or '`':
                buffer.MoveTo(count - 1, buffer.Row);
                break;
            case 'H' or 'f':
                buffer.IsOriginKnown = true;
                buffer.MoveTo(Math.Max(1, At(1)) - 1, count - 1);
                break;
            case 'd':
                buffer.IsOriginKnown = true;
                buffer.MoveTo(buffer.Column, count - 1);
                break;
            case 'J':
                EraseScreen(At(0));
                break;
            case 'K':
                buffer.Erase(buffer.Row, At(0) == 0 ? buffer.Column : 0, At(0) == 1 ? buffer.Column + 1 : buffer.Columns);
                break;
            case 'L' when buffer.Row >= buffer.Top && buffer.Row <= buffer.Bottom:
                buffer.ScrollDown(buffer.Row, buffer.Bottom, count);
                break;
            case 'M' when buffer.Row >= buffer.Top && buffer.Row <= buffer.Bottom:
                buffer.ScrollUp(buffer.Row, buffer.Bottom, count);
                break;
            case 'S':
                buffer.ScrollUp(buffer.Top, buffer.Bottom, count);
                break;
            case 'T':
                buffer.ScrollDown(buffer.Top, buffer.Bottom, count);
                break;
            case '@' or 'P':
                ShiftCells(count, c == 'P');
                break;
            case 'X':
                buffer.Erase(buffer.Row, buffer.Column, buffer.Column + count);
                break;
            case 'm':
                buffer.Attributes = ConsoleColours.Follow(buffer.Attributes, _parameters);
                break;
            case 'r':
                buffer.SetRegion(count - 1, (At(1) == 0 ? buffer.Rows : At(1)) - 1);
                break;
            case 's':
                Save();
                break;
            case 'u':
                Restore();
                break;
            case 'n' or 'c':
                Queries++;
                break;
        }
    }

    private void FollowPrivate(char c)
    {
        if (c is 'c' or 'n' or 'u')
        {
            Queries++;
        }
        if (_prefix != '?' || c is not ('h' or 'l'))
        {
            return;
        }
        foreach (int mode in _parameters)
        {
            switch (mode)
            {
                case 7:
                    buffer.Wraps = c == 'h';
                    break;
                case 25:
                    buffer.CursorVisible = c == 'h';
                    break;
                case 47 or 1047 or 1049 when c == 'h':
                    buffer.EnterAlternate();
                    break;
                case 47 or 1047 or 1049:
                    buffer.LeaveAlternate();
                    break;
            }
        }
    }

    private int At(int index) => index < _parameters.Count ? _parameters[index] : 0;

    private void MoveUp(int column, int count)
    {
        // A terminal stops at its first row: from there on rows are known.
        buffer.IsOriginKnown |= count >= buffer.Rows - 1;
        buffer.MoveTo(column, buffer.Row - count);
    }

    private void Save() => _saved = (buffer.Column, buffer.Row, buffer.Attributes);

    private void Restore()
    {
        buffer.MoveTo(_saved.Column, _saved.Row);
        buffer.Attributes = _saved.Attributes;
    }

    private void EraseScreen(int how)
    {
        for (int row = 0; row < buffer.Rows; row++)
        {
            int from = how == 0 && row == buffer.Row ? buffer.Column : 0;
            int to = how == 1 && row == buffer.Row ? buffer.Column + 1 : buffer.Columns;
            if (how == 2 || (how == 0 && row >= buffer.Row) || (how == 1 && row <= buffer.Row))
            {
                buffer.Erase(row, from, to);
            }
        }
    }

    private void ShiftCells(int count, bool left)
    {
        Span<ConsoleCell> line = buffer.Line(buffer.Row)[buffer.Column..];
        count = Math.Min(count, line.Length);
        if (left)
        {
            line[count..].CopyTo(line);
            buffer.Erase(buffer.Row, buffer.Columns - count, buffer.Columns);
        }
        else
        {
            line[..^count].CopyTo(line[count..]);
            buffer.Erase(buffer.Row, buffer.Column, buffer.Column + count);
        }
    }
}
