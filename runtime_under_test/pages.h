#ifndef STACKQUAKE_RUNTIME_UNDER_TEST_PAGES_H_
#define STACKQUAKE_RUNTIME_UNDER_TEST_PAGES_H_

// Pages of address space, as the system gives them. Reserved pages cost memory once they have been
// touched.
//
// If the system refuses, the functions say in one line what was refused and why, and exit with
// status 3: the machine lacks something. The run cannot continue without it: with a freed stack
// that is still accessible, for example, its results would be wrong.
//
// Start and size are multiples of kPageBytes unless a function says otherwise.

#include <cstddef>

namespace stackquake::runtime {

constexpr size_t kPageBytes = 4096;

// `bytes` bytes of readable and writable zeros, at `where` exactly or, if that is null, anywhere.
// Never in huge pages: in most ranges only a few words are touched, far from each other. `purpose`
// is part of the message.
std::byte* reserve_pages(size_t bytes, const char* purpose, void* where = nullptr);

// Gives the range back to the system.
void unmap_pages(void* start, size_t bytes);

// Takes the pages' memory back, so that they read as zeros again and cost nothing.
void drop_pages(void* start, size_t bytes);

// Makes the pages inaccessible, or accessible again.
void forbid_pages(void* start, size_t bytes);
void allow_pages(void* start, size_t bytes);

// Whether any of the pages has memory of its own now.
bool has_resident_page(void* start, size_t bytes);

}  // namespace stackquake::runtime

#endif  // STACKQUAKE_RUNTIME_UNDER_TEST_PAGES_H_
