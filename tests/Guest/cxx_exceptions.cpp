// C++ exceptions and what rests on them: destructors, rethrowing, nesting, threads, function-local statics.
#include "checks.h"
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace
{
std::string trace;

struct Noted
{
    explicit Noted(char letter) : letter(letter) { trace += letter; }
    ~Noted() { trace += static_cast<char>(letter - 'a' + 'A'); }
    char letter;
};

struct Base
{
    virtual ~Base() = default;
};

struct Derived : Base
{
    int value = 7;
};

__attribute__((noinline)) void throw_deep(int depth)
{
    Noted noted(static_cast<char>('a' + depth));
    if (depth == 0)
        throw std::runtime_error("from the depth");
    throw_deep(depth - 1);
}

__attribute__((noinline)) int throw_number(int number)
{
    if (number % 2)
        throw number;
    return number;
}

void throw_group()
{
    trace.clear();
    std::string message;
    try
    {
        throw_deep(3);
    }
    catch (const std::exception &error)
    {
        message = error.what();
    }
    CHECK("throw.caught-as-base", message == "from the depth");
    CHECK("throw.destructors-in-order", trace == "dcbaABCD");

    int sum = 0;
    for (int i = 0; i < 5000; i++)
    {
        try
        {
            sum += throw_number(i);
        }
        catch (int number)
        {
            sum -= number;
        }
    }
    CHECK_EQ("throw.many", sum, -2500);

    bool any = false;
    try
    {
        throw 'x';
    }
    catch (int)
    {
    }
    catch (...)
    {
        any = true;
    }
    CHECK("throw.caught-by-any", any);

    int value = 0;
    try
    {
        throw Derived();
    }
    catch (Base &base)
    {
        value = dynamic_cast<Derived &>(base).value;
    }
    CHECK_EQ("throw.polymorphic", value, 7);

    bool bad_cast = false;
    try
    {
        Base base;
        value += dynamic_cast<Derived &>(base).value;
    }
    catch (const std::bad_cast &)
    {
        bad_cast = true;
    }
    CHECK("throw.bad-cast", bad_cast);
}

void rethrow_group()
{
    trace.clear();
    try
    {
        try
        {
            throw_deep(1);
        }
        catch (std::exception &)
        {
            trace += '|';
            throw;
        }
    }
    catch (std::runtime_error &)
    {
        trace += '!';
    }
    CHECK("rethrow.order", trace == "baAB|!");

    std::string inner;
    try
    {
        try
        {
            throw std::logic_error("inner");
        }
        catch (...)
        {
            std::throw_with_nested(std::runtime_error("outer"));
        }
    }
    catch (const std::exception &outer)
    {
        try
        {
            std::rethrow_if_nested(outer);
        }
        catch (const std::exception &error)
        {
            inner = error.what();
        }
    }
    CHECK("rethrow.nested", inner == "inner");

    std::exception_ptr kept;
    try
    {
        throw 42;
    }
    catch (...)
    {
        kept = std::current_exception();
    }
    int value = 0;
    try
    {
        std::rethrow_exception(kept);
    }
    catch (int number)
    {
        value = number;
    }
    CHECK_EQ("rethrow.pointer", value, 42);

    bool bad_alloc = false;
    try
    {
        std::vector<char> huge(static_cast<size_t>(1) << 62);
        trace += huge[0];
    }
    catch (const std::exception &)
    {
        bad_alloc = true;
    }
    CHECK("rethrow.no-memory", bad_alloc);
    CHECK_EQ("rethrow.none-left", std::uncaught_exceptions(), 0);
}

DWORD WINAPI throw_in_thread(void *argument)
{
    int caught = 0;
    for (int i = 0; i < 200; i++)
    {
        try
        {
            throw std::runtime_error(std::to_string(i));
        }
        catch (const std::runtime_error &error)
        {
            caught += error.what() == std::to_string(i);
        }
    }
    *static_cast<int *>(argument) = caught;
    return 0;
}

void thread_group()
{
    HANDLE threads[8];
    int caught[8] = {}, total = 0;
    for (int i = 0; i < 8; i++)
        threads[i] = CreateThread(nullptr, 0, throw_in_thread, &caught[i], 0, nullptr);
    WaitForMultipleObjects(8, threads, TRUE, 10000);
    for (int i = 0; i < 8; i++)
    {
        total += caught[i];
        CloseHandle(threads[i]);
    }
    CHECK_EQ("thread.exceptions-in-eight", total, 1600);
}

LONG CALLBACK translate(EXCEPTION_POINTERS *pointers)
{
    return pointers->ExceptionRecord->ExceptionCode == 0xe0aa0001 ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

void mixed_group()
{
    void *handler = AddVectoredExceptionHandler(1, translate);
    std::map<int, std::unique_ptr<std::string>> kept;
    int caught = 0;
    for (int i = 0; i < 100; i++)
    {
        try
        {
            RaiseException(0xe0aa0001, 0, 0, nullptr);
            kept[i] = std::make_unique<std::string>(std::string(static_cast<size_t>(i), 'k'));
            if (i % 3 == 0)
                kept.at(i + 1000);
        }
        catch (const std::out_of_range &)
        {
            caught++;
        }
    }
    RemoveVectoredExceptionHandler(handler);
    CHECK_EQ("mixed.with-vectored-handler", caught, 34);
    CHECK("mixed.containers", kept.size() == 100 && kept[99]->size() == 99);
}
} // namespace

int main(int argc, char **argv)
{
    static const check_group groups[] = {
        {"throw", throw_group}, {"rethrow", rethrow_group}, {"thread", thread_group}, {"mixed", mixed_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
