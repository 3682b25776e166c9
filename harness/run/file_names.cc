#include "harness/run/file_names.h"

#include <cstddef>
#include <cstdint>

namespace stackquake {

namespace {

uint8_t byte_at(std::string_view text, size_t at) {
  return static_cast<uint8_t>(text[at]);
}

// The size in bytes of the first character of a non-empty text; 0 when it is not valid UTF-8.
size_t character_size(std::string_view text) {
  const uint8_t first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) return 0;
  }
  // Too long an encoding, half of a UTF-16 pair, or a number past the last character.
  const uint8_t second = byte_at(text, 1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : size;
}

// Whether a character of UTF-8 is a control character: one of ASCII's, or U+0080 to U+009F.
bool is_control(std::string_view character) {
  const uint8_t first = byte_at(character, 0);
  return first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(character, 1) < 0xa0);
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char& byte : bytes) text += "\\x" + hexadecimal({&byte, 1});
  return text;
}

}  // namespace

std::string hexadecimal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (const char byte : bytes) {
    digits += kDigits[static_cast<uint8_t>(byte) >> 4];
    digits += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return digits;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const size_t size = character_size(text);
    const std::string_view character = text.substr(0, size == 0 ? 1 : size);
    const bool is_shown = size > 0 && !is_control(character);
    shown += is_shown ? std::string(character) : escaped(character);
    text.remove_prefix(character.size());
  }
  return shown;
}

}  // namespace stackquake
