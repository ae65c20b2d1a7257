/* Large memory of which little is used: an image whose file cannot be mapped page by page, and private memory. A page in each MiB is touched. */
#include "checks.h"

#define MIB (1u << 20)
#define SIZE (32 * MIB)

/* Every MiB of the image has its number at its begin. */
#define MARK(number) [number * MIB] = number + 1
static const volatile unsigned char large[SIZE] = {
    MARK(0), MARK(1), MARK(2), MARK(3), MARK(4), MARK(5), MARK(6), MARK(7), MARK(8), MARK(9), MARK(10), MARK(11), MARK(12), MARK(13), MARK(14), MARK(15),
    MARK(16), MARK(17), MARK(18), MARK(19), MARK(20), MARK(21), MARK(22), MARK(23), MARK(24), MARK(25), MARK(26), MARK(27), MARK(28), MARK(29), MARK(30), MARK(31),
};

static void image(void)
{
    int right = 0;
    for (unsigned int i = 0; i < SIZE / MIB; i++)
    {
        right += large[i * MIB] == i + 1 && large[i * MIB + 1] == 0;
    }
    CHECK_EQ("sparse.image", right, SIZE / MIB);
}

static void heap(void)
{
    int right = 0;
    volatile unsigned char *memory = VirtualAlloc(NULL, SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK("sparse.allocated", memory != NULL);
    for (unsigned int i = 0; i < SIZE / MIB; i++)
    {
        right += memory[i * MIB] == 0;
        memory[i * MIB] = i + 1;
    }
    for (unsigned int i = 0; i < SIZE / MIB; i++)
    {
        right += memory[i * MIB] == i + 1 && memory[i * MIB + 1] == 0;
    }
    CHECK_EQ("sparse.heap", right, 2 * SIZE / MIB);
    CHECK("sparse.freed", VirtualFree((void *)memory, 0, MEM_RELEASE));
}

static void none(void)
{
    CHECK("sparse.nothing", TRUE);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = { { "none", none }, { "image", image }, { "heap", heap } };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
