using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Security;
using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry.Tests;

public sealed class TokenTests
{
    private static readonly uint[] Mapping = [0x1, 0x2, 0x4, 0x1f000f];
    private readonly TokenObject _token = TokenObject.CreateUserToken(MachineIdentity.Default);

    private static SecurityDescriptorParts Descriptor(byte[]? dacl, Sid owner, byte[]? sacl = null) =>
        new(SecurityDescriptorParts.DaclPresent, owner.Bytes.ToArray(), owner.Bytes.ToArray(), sacl, dacl);

    [Theory]
    [InlineData("S-1-5-21-0-0-0-1000")]
    [InlineData("S-1-1-0")]
    [InlineData("S-1-16-8192")]
    public void SidsComeBack(string text)
    {
        Sid sid = Sid.Parse(text);
        Assert.True(Sid.TryRead(sid.Bytes, out Sid? read));
        Assert.Equal((sid, text), (read, read.ToString()));
        Assert.False(Sid.TryRead(sid.Bytes[..(sid.Length - 1)], out _));
    }

    [Fact]
    public void TokenUserPointsBehindItself()
    {
        InformationBuilder data = TokenInformation.Build(_token, 1, 0x5000)!;
        Assert.Equal(0x5010ul, BitConverter.ToUInt64(data.Data));
        Assert.Equal(16 + 28, data.Length);
        Assert.True(Sid.TryRead(data.Data[16..], out Sid? user));
        Assert.Equal("S-1-5-21-0-0-0-1000", user.ToString());
    }

    [Theory]
    [InlineData(7, 16)]
    [InlineData(8, 4)]
    [InlineData(10, 56)]
    [InlineData(12, 4)]
    [InlineData(18, 4)]
    [InlineData(20, 4)]
    [InlineData(3, 4 + (5 * 12))]
    [InlineData(25, 16 + 12)]
    public void ClassesHaveTheirSizes(uint informationClass, int size) => Assert.Equal(size, TokenInformation.Build(_token, informationClass, 0)!.Length);

    [Fact]
    public void TheUserIsNotElevated()
    {
        Assert.Equal(0u, BitConverter.ToUInt32(TokenInformation.Build(_token, 20, 0)!.Data));
        Assert.False(_token.Contains(WellKnownSids.Administrators, forDeny: false));
        Assert.True(_token.Contains(WellKnownSids.Users, forDeny: false));
        Assert.True(_token.HasPrivilege(TokenPrivilege.ChangeNotify));
        Assert.False(_token.HasPrivilege(TokenPrivilege.Shutdown));
    }

    [Fact]
    public void AccessIsWhatTheAclGives()
    {
        SecurityDescriptorParts descriptor = Descriptor(AccessControlList.Build((WellKnownSids.Users, 0x80000001u)), WellKnownSids.LocalSystem);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x1, Mapping, out uint granted));
        Assert.Equal(0x1u, granted);
        Assert.Equal(NtStatus.AccessDenied, AccessCheck.Check(descriptor, _token, 0x2, Mapping, out granted));
        Assert.Equal(0u, granted);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x02000000, Mapping, out granted));
        Assert.Equal(0x1u, granted);
    }

    [Fact]
    public void OwnersMayReadAndChangeTheAcl()
    {
        SecurityDescriptorParts descriptor = Descriptor(AccessControlList.Build(), _token.User);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x60000, Mapping, out _));
        Assert.Equal(NtStatus.AccessDenied, AccessCheck.Check(descriptor, _token, 0x1, Mapping, out _));
    }

    [Fact]
    public void EarlierDenialsWin()
    {
        byte[] acl = AccessControlList.Build((WellKnownSids.Everyone, 0x3u), (WellKnownSids.Users, 0x3u));
        acl[8] = AccessControlList.DenyType;
        acl[12] = 0x2;
        SecurityDescriptorParts descriptor = Descriptor(acl, WellKnownSids.LocalSystem);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x1, Mapping, out _));
        Assert.Equal(NtStatus.AccessDenied, AccessCheck.Check(descriptor, _token, 0x2, Mapping, out _));
    }

    [Fact]
    public void NullAclsGrantEverythingAndPrivilegesAreAsked()
    {
        SecurityDescriptorParts descriptor = Descriptor(null, WellKnownSids.LocalSystem);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x1f000f, Mapping, out _));
        Assert.Equal(NtStatus.PrivilegeNotHeld, AccessCheck.Check(descriptor, _token, 0x01000000, Mapping, out _));
    }

    [Fact]
    public void HigherIntegrityMayBeReadOnly()
    {
        byte[] sacl = AccessControlList.Build((Sid.Parse("S-1-16-12288"), 1u));
        sacl[8] = AccessControlList.LabelType;
        SecurityDescriptorParts descriptor = Descriptor(null, WellKnownSids.LocalSystem, sacl);
        Assert.Equal(NtStatus.Success, AccessCheck.Check(descriptor, _token, 0x5, Mapping, out _));
        Assert.Equal(NtStatus.AccessDenied, AccessCheck.Check(descriptor, _token, 0x2, Mapping, out _));
    }

    [Fact]
    public void MalformedAclsAreRefused()
    {
        byte[] acl = AccessControlList.Build((WellKnownSids.Users, 1u));
        Assert.True(AccessControlList.TryParse(acl, out _));
        for (int length = 0; length < acl.Length; length++)
        {
            Assert.False(AccessControlList.TryParse(acl.AsSpan(0, length), out _));
        }
        acl[4] = 2;
        Assert.False(AccessControlList.TryParse(acl, out _));
    }
}
