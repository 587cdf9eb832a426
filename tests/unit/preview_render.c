/*
 * preview_render: writes a preview page to stdout, for tests/preview-shots.
 * preview_render TITLE DESCRIPTION IMAGE LINK UNIX-SECONDS | ended | csp
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "preview.h"

int
main(int argc, char *argv[])
{
	struct preview preview = { 0 };
	struct buf out = { 0 };

	if (argc == 2 && strcmp(argv[1], "csp") == 0) {
		puts(preview_csp());
		return (0);
	}
	if (argc == 2 && strcmp(argv[1], "ended") == 0) {
		preview_ended(&out);
	} else if (argc == 6) {
		preview.title = argv[1];
		preview.description = argv[2];
		preview.image_url = argv[3];
		preview.link = argv[4];
		preview.expires_at = strtoll(argv[5], NULL, 10);
		preview_page(&out, &preview);
	} else {
		fputs("usage: preview_render TITLE DESCRIPTION IMAGE LINK "
		      "SECONDS | ended | csp\n",
		    stderr);
		return (2);
	}
	(void)fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	return (0);
}
