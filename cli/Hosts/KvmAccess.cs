using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Cli.Hosts;

/// <summary>Opens /dev/kvm for an embedded run.</summary>
public static class KvmAccess
{
    /// <summary>Path of the device.</summary>
    public const string DevicePath = "/dev/kvm";

    /// <summary>True where this user may open it.</summary>
    public static bool MayOpen
    {
        get
        {
            try
            {
                using SafeFileHandle device = File.OpenHandle(DevicePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Opens it for reading and writing.</summary>
    /// <exception cref="HostException">There is none, or no right to it.</exception>
    public static SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(DevicePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (FileNotFoundException)
        {
            throw new HostException($"there is no {DevicePath}: switch on virtualization in the firmware and load kvm_intel or kvm_amd "
                + "(in a container: pass the device in, as with --device /dev/kvm)");
        }
        catch (UnauthorizedAccessException)
        {
            throw new HostException($"no right to open {DevicePath}: start the daemon (sudo systemctl start portablevirtd), or join the "
                + $"group that owns the device, usually kvm (sudo usermod -aG kvm {Environment.UserName}, then log in again)");
        }
        catch (IOException e)
        {
            throw new HostException($"{DevicePath} cannot be opened: {e.Message}; is the module kvm_intel or kvm_amd loaded?");
        }
    }
}
