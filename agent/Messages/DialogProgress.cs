using System.Diagnostics;

namespace PortableVirt.Agent.Messages;

/// <summary>Progress in a dialog of zenity, for desktops without notifications.</summary>
/// <param name="zenity">"zenity --progress", whose standard input takes the states; this owns it.</param>
internal sealed class DialogProgress(Process zenity) : IProgressView
{
    private bool _isLost;

    /// <summary>The words after "zenity".</summary>
    public static IReadOnlyList<string> Arguments(string title) => ["--progress", "--auto-close", "--no-cancel", "--width=400", $"--title={title}", "--text= "];

    /// <inheritdoc/>
    public void Show(string text, int percent)
    {
        // 100 closes it.
        Write($"# {text.ReplaceLineEndings(" ")}\n{Math.Min(percent, 99)}\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Write("100\n");
        zenity.Dispose();
    }

    private void Write(string text)
    {
        try
        {
            if (!_isLost)
            {
                zenity.StandardInput.Write(text);
                zenity.StandardInput.Flush();
            }
        }
        catch (IOException)
        {
            // The user closed it.
            _isLost = true;
        }
    }
}
