/* operation.c: what the operations share. */
#include "operation.h"

#include "uuid.h"

void
operation_link(
    const struct relay *relay, const struct seal *seal, struct buf *out)
{
	char id[UUID_TEXT_LEN + 1];

	uuid_format(&seal->identifier, id);
	buf_printf(out, "%s/v1/m/%s", relay->conf->base_url, id);
}
