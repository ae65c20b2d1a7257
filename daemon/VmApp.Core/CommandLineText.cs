using System.Text;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// Joins arguments into one Windows command line so that the C run-time library and CommandLineToArgvW split it into the same
/// arguments again. Rules: "Parsing C command-line arguments", Microsoft C++ documentation.
/// </summary>
public static class CommandLineText
{
    /// <summary>The command line of a program and its arguments.</summary>
    public static string Join(string program, IEnumerable<string> arguments)
    {
        // The program's name is split by quotes alone, backslashes in it are plain characters.
        StringBuilder line = new();
        line.Append('"').Append(program).Append('"');
        foreach (string argument in arguments)
        {
            line.Append(' ');
            Append(line, argument);
        }
        return line.ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length != 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            line.Append(argument);
            return;
        }
        line.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }
            // Backslashes are doubled only before a quote.
            line.Append('\\', c == '"' ? (backslashes * 2) + 1 : backslashes);
            backslashes = 0;
            line.Append(c);
        }
        line.Append('\\', backslashes * 2).Append('"');
    }
}
