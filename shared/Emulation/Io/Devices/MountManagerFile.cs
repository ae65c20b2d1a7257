using System.Buffers.Binary;
using PortableVirt.Emulation.Io.Calls;
using PortableVirt.Emulation.Io.Disk;

namespace PortableVirt.Emulation.Io.Devices;

/// <summary>An open mount manager (control codes: mountmgr.h; QUERY_UNIX_DRIVE is libwine's own).</summary>
internal sealed class MountManagerFile(IReadOnlyList<Volume> volumes, Executive executive, uint access, uint share, FileOptions options)
    : FileObject(executive, access, share, options)
{
    private const uint ControlType = 0x6d;
    private const uint QueryPoints = 2;
    private const uint QueryUnixDrive = 33;
    private const uint FixedDrive = 3;
    private const int PointSize = 24;
    private const uint MaximumInput = 4096;

    /// <summary>FILE_DEVICE_UNKNOWN.</summary>
    public override uint DeviceType => 0x22;

    /// <inheritdoc/>
    public override string ObjectName => @"\Device\MountPointManager";

    /// <inheritdoc/>
    public override string FileName => ObjectName;

    /// <inheritdoc/>
    internal override NtStatus DeviceControl(in IoReply reply, in IoControl control)
    {
        if (control.Code >> 16 != ControlType)
        {
            return NtStatus.InvalidDeviceRequest;
        }
        byte[] input = new byte[Math.Min(control.InputLength, MaximumInput)];
        if (!reply.Thread.Memory.TryRead(control.Input, input))
        {
            return NtStatus.AccessViolation;
        }
        return ((control.Code >> 2) & 0xfff) switch
        {
            QueryUnixDrive when input.Length >= 26 => ReturnDrive(reply, control, input),
            QueryPoints when input.Length >= PointSize => ReturnPoints(reply, control, input),
            QueryUnixDrive or QueryPoints => NtStatus.InvalidParameter,
            _ => NtStatus.InvalidDeviceRequest,
        };
    }

    /// <summary>struct mountmgr_unix_drive: size, type, file system, serial number, device number, letter, three name offsets (none).</summary>
    private NtStatus ReturnDrive(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        char letter = char.ToUpperInvariant((char)BinaryPrimitives.ReadUInt16LittleEndian(input[24..]));
        Volume? volume = volumes.FirstOrDefault(v => v.Letter == letter);
        if (volume is null)
        {
            return NtStatus.ObjectNameNotFound;
        }
        Span<byte> output = stackalloc byte[32];
        output.Clear();
        InformationBuffer writer = new(output);
        writer.Add(32u);
        writer.Add(FixedDrive);
        writer.Add(1u);
        writer.Add(volume.SerialNumber);
        writer.Add(0ul);
        writer.Add((ushort)letter);
        return DiskFile.Return(reply, control, output);
    }

    /// <summary>MOUNTMGR_MOUNT_POINTS: for each volume that matches its drive-letter link and its volume name.</summary>
    private NtStatus ReturnPoints(in IoReply reply, in IoControl control, ReadOnlySpan<byte> input)
    {
        string wantedLink = Text(input, 0);
        string wantedDevice = Text(input, 16);
        List<(string Link, string Device)> points = [];
        foreach (Volume volume in volumes)
        {
            string device = $@"\Device\HarddiskVolume{volume.Number}";
            string[] links = [$@"\DosDevices\{volume.Letter}:", MountManagerDevice.VolumeName(volume)];
            bool matches = (wantedLink.Length == 0 && wantedDevice.Length == 0)
                || links.Contains(wantedLink, StringComparer.OrdinalIgnoreCase)
                || device.Equals(wantedDevice, StringComparison.OrdinalIgnoreCase);
            points.AddRange(matches ? links.Select(link => (link, device)) : []);
        }
        if (points.Count == 0)
        {
            return NtStatus.ObjectNameNotFound;
        }
        int names = 8 + (points.Count * PointSize);
        byte[] output = new byte[names + points.Sum(p => (p.Link.Length + p.Device.Length) * 2)];
        InformationBuffer writer = new(output);
        writer.Add((uint)output.Length);
        writer.Add((uint)points.Count);
        int position = names;
        foreach ((string link, string device) in points)
        {
            writer.Add((uint)position);
            writer.Add((uint)link.Length * 2);
            writer.Add(0ul);
            position += link.Length * 2;
            writer.Add((uint)position);
            writer.Add((uint)device.Length * 2);
            position += device.Length * 2;
        }
        foreach ((string link, string device) in points)
        {
            writer.Add(link);
            writer.Add(device);
        }
        if (control.OutputLength < (uint)output.Length)
        {
            return control.OutputLength >= 8 && reply.Thread.Memory.TryWrite(control.Output, output.AsSpan(0, 8))
                ? reply.Complete(NtStatus.BufferOverflow, 8)
                : NtStatus.BufferTooSmall;
        }
        return DiskFile.Return(reply, control, output);
    }

    private static string Text(ReadOnlySpan<byte> input, int field)
    {
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(input[field..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(input[(field + 4)..]) & ~1;
        return offset <= (uint)input.Length && length <= input.Length - (int)offset
            ? new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(input.Slice((int)offset, length)))
            : "";
    }
}
