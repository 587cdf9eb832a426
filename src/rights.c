/* rights: what the two devices of a mailbox may do (accessRights). */
#include "rights.h"

static unsigned
rights_bit(char letter)
{
	switch (letter) {
	case 'R':
		return (RIGHT_READ);
	case 'W':
		return (RIGHT_WRITE);
	case 'D':
		return (RIGHT_DELETE);
	default:
		return (0);
	}
}

enum status
rights_parse(const char *text, size_t len, unsigned *rights)
{
	unsigned set = 0;
	size_t i;

	if (len == 0)
		return (STATUS_INVALID);
	for (i = 0; i < len; i++) {
		unsigned bit = rights_bit(text[i]);

		if (bit == 0 || (set & bit) != 0)
			return (STATUS_INVALID);
		set |= bit;
	}
	*rights = set;
	return (STATUS_OK);
}
