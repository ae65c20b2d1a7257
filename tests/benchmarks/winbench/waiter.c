/* Says that it waits, and waits for the end of its input. */
#include <stdio.h>

int main(void)
{
    puts("waiting");
    fflush(stdout);
    while (getchar() != EOF)
    {
    }
    return 0;
}
