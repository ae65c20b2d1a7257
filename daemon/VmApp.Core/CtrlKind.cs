namespace PortableVirt.VmApp.Core;

/// <summary>A console control event; the values are those of wincon.h (CTRL_C_EVENT...).</summary>
public enum CtrlKind
{
    /// <summary>CTRL_C_EVENT: the user typed Ctrl-C (SIGINT).</summary>
    C = 0,

    /// <summary>CTRL_BREAK_EVENT: the user typed Ctrl-Break (SIGQUIT).</summary>
    Break = 1,

    /// <summary>CTRL_CLOSE_EVENT: the console closes (SIGTERM, SIGHUP); the program has a few seconds to end.</summary>
    Close = 2,

    /// <summary>No event of Windows: the user stops the job (SIGTSTP); the console gives the terminal back.</summary>
    SuspendTerminal = 0x100,

    /// <summary>No event of Windows: the job goes on in the foreground (SIGCONT); the console takes the terminal over again.</summary>
    ResumeTerminal = 0x101,
}
