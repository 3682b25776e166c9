# Compiler options beside those that a service gives in CXXFLAGS, which are the sanitizers and the
# instrumentation for its engine. A later option counts for more.

set(STACKQUAKE_FUZZERS ON)
set(Boost_USE_STATIC_LIBS ON)  # only the program itself gets to the machines of the service

# Every comparison and every indirect call would guide libFuzzer, too, but takes half the speed.
# Unsigned arithmetic wraps by the rules of C++, and the runtime relies on it.
add_compile_options(-O2
  -fno-sanitize-coverage=trace-cmp,indirect-calls,stack-depth
  -fno-sanitize=unsigned-integer-overflow)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[^ ]*address")
  add_compile_options(-fsanitize-address-use-after-return=never)
endif()

# Takes back whatever guides an engine.
string(REGEX MATCHALL "-fsanitize-coverage=[^ ]+" STACKQUAKE_NO_FEEDBACK "${CMAKE_CXX_FLAGS}")
list(TRANSFORM STACKQUAKE_NO_FEEDBACK REPLACE "^-f" "-fno-")
list(APPEND STACKQUAKE_NO_FEEDBACK -fno-sanitize=fuzzer-no-link)

set(STACKQUAKE_NOT_WATCHED -fno-sanitize=address,undefined)
