using PortableVirt.Kernel;

namespace PortableVirt.Hypervisor.SelfCheck;

/// <summary>Random user code, with an inclination to what is rarely used: nothing of it may harm the host, or stop a virtual processor for good.</summary>
internal static class FuzzChecks
{
    private const int Programs = 1500;
    private const int ExitsPerProgram = 12;

    private static readonly byte[][] s_pieces =
    [
        [0x0F, 0x05], [0x0F, 0x34], [0xCD, 0x2E], [0xCD, 0x80], [0xCC], [0xF1], [0xE6, 0x80], [0xE7, 0x80], [0x66, 0xE7, 0x80], [0xE4, 0x80], [0xEE], [0xEC],
        [0xF3, 0x6E], [0xF3, 0x6C], [0x0F, 0x01, 0xC1], [0x0F, 0x01, 0xD9], [0x0F, 0x01, 0xF8], [0x0F, 0x01, 0xF9], [0x0F, 0x01, 0xCA], [0x0F, 0xC7, 0xF0],
        [0x8E, 0xD0], [0x8E, 0xE0], [0x8E, 0xE8], [0x8E, 0xD8], [0x9C], [0x9D], [0x48, 0xCF], [0xCF], [0xCB], [0x48, 0xCB], [0xFF, 0x2B], [0x48, 0xFF, 0x2B], [0xFF, 0x1B],
        [0xFC], [0xFD], [0xFA], [0xFB], [0xF4], [0x0F, 0x30], [0x0F, 0x32], [0x0F, 0x33], [0x0F, 0x31], [0x0F, 0xA2], [0x0F, 0x20, 0xC0], [0x0F, 0x22, 0xD8], [0x0F, 0x23, 0xF8],
        [0x0F, 0x00, 0xC8], [0x0F, 0x00, 0xD8], [0x0F, 0x01, 0x03], [0x0F, 0x01, 0x13], [0x0F, 0xAE, 0x03], [0x0F, 0xAE, 0x0B], [0x0F, 0xAE, 0x2B], [0xF3, 0x0F, 0xAE, 0xD8], [0xF3, 0x0F, 0xAE, 0xD3],
        [0x0F, 0xAA], [0x0F, 0x09], [0x0F, 0x06], [0x0F, 0x07], [0x48, 0x0F, 0x07], [0x0F, 0x35], [0xC8, 0xFF, 0xFF, 0x1F], [0xF3, 0xA4], [0xF2, 0xAE], [0x62], [0xC4], [0xC5], [0xF0], [0x66], [0x67],
        [0x8B, 0x03], [0x89, 0x03], [0xFF, 0xE3], [0xFF, 0xD3], [0x50], [0x58], [0x5C], [0xEB, 0xFE],
    ];

    public static IEnumerable<Check> All => [new("fuzz.random-code", RandomCode)];

    private static void RandomCode(Machine machine)
    {
        using UserSpace space = new(machine, c => c.nop());
        GuestCpu cpu = space.Cpu;
        bool stop = false;
        Thread watchdog = new(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    Thread.Sleep(2);
                    Volatile.Read(ref cpu).Kick();
                }
            },
            256 * 1024);
        watchdog.Start();
        int[] kinds = new int[(int)GuestExitKind.InternalError + 1];
        HashSet<string> errors = [];
        try
        {
            for (int seed = 0; seed < Programs; seed++)
            {
                Random random = new(seed);
                byte[] code = Program(random);
                space.Write(UserSpace.Code, code);
                SetRegisters(cpu, random);
                for (int i = 0; i < ExitsPerProgram; i++)
                {
                    GuestExit exit = cpu.Run();
                    kinds[(int)exit.Kind]++;
                    if (exit.Kind == GuestExitKind.InternalError)
                    {
                        errors.Add($"seed {seed}: {cpu.InternalErrorText}");
                        Volatile.Write(ref cpu, space.NewCpu());
                        break;
                    }

                    if (exit.Kind is GuestExitKind.Kick)
                    {
                        break;
                    }

                    cpu.Registers.Rip = UserSpace.Code + (ulong)random.Next(code.Length);
                }
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            watchdog.Join();
        }

        Console.WriteLine($"   {string.Join(", ", kinds.Select((count, kind) => $"{(GuestExitKind)kind} {count}"))}");
        Expect.True(errors.Count == 0, $"{errors.Count} internal errors: {string.Join("; ", errors.Take(5))}");
    }

    private static byte[] Program(Random random)
    {
        List<byte> code = [];
        while (code.Count < 64)
        {
            if (random.Next(4) == 0)
            {
                code.Add((byte)random.Next(256));
            }
            else
            {
                code.AddRange(s_pieces[random.Next(s_pieces.Length)]);
            }
        }

        return [.. code];
    }

    private static void SetRegisters(GuestCpu cpu, Random random)
    {
        ulong Value() => random.Next(6) switch
        {
            0 => UserSpace.Data + (ulong)random.Next(4096),
            1 => UserSpace.Code + (ulong)random.Next(64),
            2 => (ulong)random.Next(0x60),
            3 => 0xFFFF_F800_0000_0000 + (ulong)random.Next(0x3000),
            4 => (ulong)random.NextInt64(),
            _ => 12,
        };
        ref UserRegisters r = ref cpu.Registers;
        r = new UserRegisters
        {
            Rax = Value(),
            Rbx = Value(),
            Rcx = Value(),
            Rdx = random.Next(2) == 0 ? 0x80 : Value(),
            Rsi = Value(),
            Rdi = Value(),
            Rbp = Value(),
            R11 = Value(),
            Rsp = random.Next(4) == 0 ? Value() : UserSpace.StackTop - 0x800,
            Rip = UserSpace.Code,
            RFlags = (ulong)random.NextInt64(),
        };
        cpu.GsBase = 0;
    }
}
