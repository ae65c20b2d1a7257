using static PortableVirt.TakenOver.Escapes.EscapeTable;
using static PortableVirt.TakenOver.Escapes.Native;

namespace PortableVirt.TakenOver.Escapes;

/// <summary>To files that were not granted.</summary>
internal static class FileEscapes
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Folder = 0x1_0000;
    private const int Temporary = 0x41_0000;

    public static IEnumerable<Escape> List() =>
    [
        Fails("read-a-file", t => Open(t.Secret, ReadOnly)),
        Fails("write-a-file", t => Open(t.Secret, ReadWrite)),
        Fails("truncate-a-file", t => Open(t.Secret, 1 | 0x200)),
        Fails("list-a-folder", t => Open(t.Folder, ReadOnly | Folder)),
        Fails("list-the-root", _ => Open("/", ReadOnly | Folder)),
        Fails("read-the-users-of-etc-shadow", _ => Open("/etc/shadow", ReadOnly)),
        Fails("make-a-file", t => Open(t.Folder + "/made", ReadWrite | Create)),
        Fails("make-a-file-without-a-name", t => Open(t.Folder, ReadWrite | Temporary)),
        Fails("make-a-folder", t => CallWith(Text(t.Folder + "/made-folder"), 83, long.MinValue, 0x1FF)),
        Fails("remove-a-file", t => CallWith(Text(t.Secret), 87, long.MinValue)),
        Fails("write-to-tmp", _ => Open("/tmp/portablevirt-escape", ReadWrite | Create)),
        Fails("hard-link-a-file-in", t => Two(265, -100, t.Secret, -100, t.Granted + "/linked", 0)),
        Fails("move-a-file-in", t => Two(316, -100, t.Secret, -100, t.Granted + "/moved", 0)),
        Fails("move-a-file-out", t => MoveOut(t)),
        Fails("read-through-a-symbolic-link", t => ThroughLink(t)),
        Fails("read-below-the-working-folder", t => Open(t.Granted + "/../" + Path.GetFileName(t.Folder) + "/" + Path.GetFileName(t.Secret), ReadOnly)),
        Fails("read-below-own-root", t => Open("/proc/self/root" + t.Secret, ReadOnly)),
        Fails("write-to-a-library", _ => Open("/usr/lib/portablevirt-escape", ReadWrite | Create)),
        Fails("read-a-descriptor-that-was-left-open", t => ReadSecret(t.LeftOpen)),
        Fails("look-into-other-vms-folders", _ => LookAtPrivateFolders()),
        FailsUnderDaemon("change-the-mode-of-a-file", t => CallWith(Text(t.Secret), 268, -100, long.MinValue, 0x1FF)),
        FailsUnderDaemon("change-the-time-of-a-file", t => CallWith(Text(t.Secret), 280, -100, long.MinValue, 0, 0)),
        FailsUnderDaemon("change-an-attribute-of-a-file", t => SetAttribute(t)),
        FailsUnderDaemon("ask-for-a-file", t => CallWith([.. Text(t.Secret), .. new byte[256]], 4, long.MinValue, Scratch)),
        FailsUnderDaemon("watch-a-folder", t => Watch(t)),
        Ends("file-handle-of-a-file", t => CallWith(Text(t.Secret), 303, -100, long.MinValue, 0, 0, 0)),
        Ends("open-by-file-handle", _ => Call(304, 0, 0, 0)),
        Ends("make-a-device", t => CallWith(Text(t.Granted + "/device"), 133, long.MinValue, 0x2000 | 0x1B6, 0x103)),
        Ends("change-the-owner-of-a-file", t => CallWith(Text(t.Granted), 92, long.MinValue, 0, 0)),
    ];

    /// <summary>Room for answers that nobody reads.</summary>
    private static long Scratch { get; } = System.Runtime.InteropServices.Marshal.AllocHGlobal(4096);

    private static long Two(long number, long folder, string from, long folder2, string to, long flags)
    {
        nint first = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(from);
        nint second = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(to);
        return Call(number, folder, first, folder2, second, flags);
    }

    private static long MoveOut(Target target)
    {
        string inside = target.Granted + "/inside";
        long made = Open(inside, ReadWrite | Create);
        return made < 0 ? made : Two(316, -100, inside, -100, target.Folder + "/outside", 0);
    }

    private static long ThroughLink(Target target)
    {
        string link = target.Granted + "/link";
        nint to = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(target.Secret);
        nint at = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(link);
        long made = Call(266, to, -100, at);
        return made < 0 ? 1 : Open(link, ReadOnly);
    }

    private static long SetAttribute(Target target)
    {
        nint name = System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8("user.escape");
        return CallWith(Text(target.Secret), 188, long.MinValue, name, name, 4, 0);
    }

    private static long Watch(Target target)
    {
        long inotify = Call(294, 0);
        return CallWith(Text(target.Folder), 254, inotify, long.MinValue, 0xFFF);
    }

    /// <summary>Reads a descriptor; what is not the secret is no success.</summary>
    private static long ReadSecret(int descriptor)
    {
        const int badDescriptor = 9;
        byte[] bytes = new byte[6];
        long length = CallWith(bytes, 17, descriptor, long.MinValue, bytes.Length, 0);
        return length < 0 ? length : bytes.AsSpan().SequenceEqual("secret"u8) ? length : -badDescriptor;
    }

    /// <summary>The first private folder of another run that can be listed.</summary>
    private static long LookAtPrivateFolders()
    {
        string parent = Path.Combine(Path.GetTempPath(), $"portablevirt-{Environment.UserName}");
        return Open(parent, ReadOnly | Folder);
    }
}
