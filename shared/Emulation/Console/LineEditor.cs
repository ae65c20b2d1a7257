using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// Line input of the console: keys edit a line on the screen until Enter. The keys are those of Windows' console: arrows, Home,
/// End, with Ctrl by words and to the ends, Insert, Delete, Esc, F1, F3, F8, Up and Down for the history. On an empty line Ctrl-D
/// means Ctrl-Z and Enter, because Ctrl-Z stops the job.
/// </summary>
/// <param name="history">Lines read before; finished lines are added.</param>
internal sealed class LineEditor(LineHistory history)
{
    private const int MaximumLength = 1 << 16;
    private const ushort Backspace = 8, Enter = 13, Escape = 0x1b, PageUp = 0x21, PageDown = 0x22, End = 0x23, Home = 0x24, Left = 0x25, Up = 0x26, Right = 0x27,
        Down = 0x28, Insert = 0x2d, Delete = 0x2e, F1 = 0x70, F3 = 0x72, F5 = 0x74, F8 = 0x77;

    private readonly List<char> _line = [];
    private LineView? _view;
    private int _cursor;
    private int _historyIndex;
    private bool _overwrites;

    private ReadOnlySpan<char> Characters => CollectionsMarshal.AsSpan(_line);

    /// <summary>A line is being edited.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Starts a line.</summary>
    /// <param name="view">Where the line is shown; null without echo.</param>
    /// <param name="initial">Characters that are shown already and belong to the line.</param>
    public void Begin(LineView? view, string initial)
    {
        IsActive = true;
        _line.Clear();
        _line.AddRange(initial);
        (_view, _cursor, _historyIndex, _overwrites) = (view, initial.Length, history.Count, false);
        view?.Begin(initial);
    }

    /// <summary>Ends the line without a result; the screen goes to a new row.</summary>
    public void Abort()
    {
        if (IsActive)
        {
            Finish();
        }
    }

    /// <summary>Applies a key.</summary>
    /// <param name="record">The input record; everything but keys that go down is ignored.</param>
    /// <param name="wakeupMask">Control characters that end the line where they are typed.</param>
    /// <param name="line">The finished line with its end: CR LF, or the control character at the cursor's place.</param>
    /// <returns>True when the line is finished.</returns>
    public bool Apply(in InputRecord record, uint wakeupMask, out string line)
    {
        line = "";
        char c = (char)record.Character;
        if (record.EventType != InputRecord.KeyEvent || record.KeyDown == 0)
        {
            return false;
        }
        if (c != 0 && c < ' ' && (wakeupMask & (1u << c)) != 0)
        {
            _line.Insert(_cursor, c);
            line = new string(Characters);
            IsActive = false;
            return true;
        }
        bool control = (record.ControlKeys & InputRecord.ControlPressed) != 0;
        switch (record.VirtualKey)
        {
            case Enter:
                line = FinishLine();
                return true;
            case 'D' when control && c == 4 && _line.Count == 0:
                Replace(0, 0, "\x1a");
                line = FinishLine();
                return true;
            case Backspace when control:
                Replace(WordLeft(), _cursor, "");
                break;
            case Backspace:
                Replace(StepLeft(), _cursor, "");
                break;
            case Delete:
                Replace(_cursor, StepRight(), "");
                break;
            case Left:
                MoveTo(control ? WordLeft() : StepLeft());
                break;
            case Right:
                MoveTo(control ? WordRight() : StepRight());
                break;
            case Home when control:
                Replace(0, _cursor, "");
                break;
            case Home:
                MoveTo(0);
                break;
            case End when control:
                Replace(_cursor, _line.Count, "");
                break;
            case End:
                MoveTo(_line.Count);
                break;
            case Escape:
                Replace(0, _line.Count, "");
                break;
            case Insert:
                _overwrites = !_overwrites;
                break;
            case Up or F5:
                ShowHistory(_historyIndex - 1);
                break;
            case Down:
                ShowHistory(_historyIndex + 1);
                break;
            case PageUp:
                ShowHistory(0);
                break;
            case PageDown:
                ShowHistory(history.Count - 1);
                break;
            case F1 or F3:
                CopyTemplate(record.VirtualKey == F1);
                break;
            case F8:
                FindInHistory();
                break;
            default:
                Type(c);
                break;
        }
        return false;
    }

    private string FinishLine()
    {
        string text = new(Characters);
        history.Add(text);
        Finish();
        return text + "\r\n";
    }

    private void Finish()
    {
        IsActive = false;
        _view?.End(Characters);
        _view = null;
    }

    private void Type(char c)
    {
        if (c == 0 || _line.Count >= MaximumLength)
        {
            return;
        }
        Replace(_cursor, _overwrites ? StepRight() : _cursor, c.ToString());
    }

    private void Replace(int start, int end, string text)
    {
        _line.RemoveRange(start, end - start);
        _line.InsertRange(start, text);
        _cursor = start + text.Length;
        _view?.Change(Characters, start, _cursor);
    }

    private void MoveTo(int cursor)
    {
        _cursor = cursor;
        _view?.MoveTo(Characters, cursor);
    }

    private void ShowHistory(int index)
    {
        if (index < 0 || index >= history.Count)
        {
            return;
        }
        _historyIndex = index;
        Replace(0, _line.Count, history[index]);
    }

    private void CopyTemplate(bool single)
    {
        if (history.Count == 0 || _cursor >= history[history.Count - 1].Length)
        {
            return;
        }
        string rest = history[history.Count - 1][_cursor..];
        Replace(_cursor, single ? Math.Min(_cursor + 1, _line.Count) : _line.Count, single ? rest[..1] : rest);
    }

    private void FindInHistory()
    {
        string start = new(Characters[.._cursor]);
        int found = history.FindBefore(_historyIndex, start);
        if (found >= 0)
        {
            _historyIndex = found;
            Replace(0, _line.Count, history[found]);
            MoveTo(start.Length);
        }
    }

    private int StepLeft() => _cursor == 0 ? 0 : _cursor > 1 && char.IsLowSurrogate(_line[_cursor - 1]) ? _cursor - 2 : _cursor - 1;

    private int StepRight() => _cursor == _line.Count ? _cursor : char.IsHighSurrogate(_line[_cursor]) && _cursor + 1 < _line.Count ? _cursor + 2 : _cursor + 1;

    private int WordLeft()
    {
        int at = _cursor;
        for (; at > 0 && !char.IsLetterOrDigit(_line[at - 1]); at--)
        {
        }
        for (; at > 0 && char.IsLetterOrDigit(_line[at - 1]); at--)
        {
        }
        return at;
    }

    private int WordRight()
    {
        int at = _cursor;
        for (; at < _line.Count && char.IsLetterOrDigit(_line[at]); at++)
        {
        }
        for (; at < _line.Count && !char.IsLetterOrDigit(_line[at]); at++)
        {
        }
        return at;
    }
}
