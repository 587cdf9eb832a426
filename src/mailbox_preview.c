/* mailbox_preview.c: the page that a messenger fetches and a person sees. */
#include "mailbox.h"

#include <string.h>

#include <json-c/json.h>

#include "preview.h"
#include "strict_json.h"

enum { DISPLAY = 4 }; /* a column */

/* Headers that any page needs: nothing may run, leak or be indexed. */
static void
start_page(struct response *response, unsigned status)
{
	response_start(response, status);
	response->content_type = "text/html; charset=utf-8";
	response_header(response, "Content-Security-Policy", preview_csp());
	response_header(response, "Referrer-Policy", "no-referrer");
	response_header(response, "X-Robots-Tag", "noindex");
}

void
mailbox_preview_ended(struct response *response)
{
	start_page(response, 404);
	preview_ended(&response->body);
}

enum problem
mailbox_preview_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	(void)relay, (void)request;
	db_call_start(call, DB_PREVIEW, &x->seal.row_key);
	db_call_uuid(call, &x->seal.row_key);
	return (PROBLEM_NONE);
}

/* displayInformation's text, the sender's or the operator's, owned by `out`. */
static enum status
get_display(const struct relay *relay, struct seal *seal,
    const struct db_call *call, struct buf *out)
{
	const void *sealed;
	size_t len;

	if (db_row_null(call, DISPLAY)) {
		buf_add(out, relay->display.data, relay->display.len);
		return (STATUS_OK);
	}
	if (db_row_bytes(call, DISPLAY, &sealed, &len) != STATUS_OK ||
	    seal_open(seal, SEAL_DISPLAY, NULL, sealed, len, out) != STATUS_OK)
		return (STATUS_BUG);
	return (STATUS_OK);
}

static enum status
put_page(const struct relay *relay, struct seal *seal,
    const struct db_call *call, struct buf *out)
{
	struct buf display = { 0 }, link = { 0 };
	struct strict_json *json = NULL;
	enum status status = STATUS_BUG;
	struct preview page;
	int64_t expires_at;

	if (db_row_time(call, 1, &expires_at) != STATUS_OK ||
	    get_display(relay, seal, call, &display) != STATUS_OK ||
	    strict_json_read(display.data, display.len, &json) != STATUS_OK)
		goto out;
	operation_link(relay, seal, &link);
	page = (struct preview){ .title = json_object_get_string(
				     strict_json_member(json, "title")),
		.description = json_object_get_string(
		    strict_json_member(json, "description")),
		.image_url = json_object_get_string(
		    strict_json_member(json, "imageURL")),
		.link = link.data,
		.expires_at = expires_at };
	if (page.title == NULL || page.description == NULL ||
	    page.image_url == NULL)
		goto out;
	preview_page(out, &page);
	status = STATUS_OK;
out:
	strict_json_free(json);
	buf_free(&display);
	buf_free(&link);
	return (status);
}

void
mailbox_preview_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	enum db_outcome outcome;

	(void)request;
	if (db_row_outcome(call, &outcome) != STATUS_OK) {
		response_problem(response, PROBLEM_INTERNAL);
		return;
	}
	if (outcome != DB_OK) {
		mailbox_preview_ended(response);
		return;
	}
	start_page(response, 200);
	if (put_page(relay, &x->seal, call, &response->body) != STATUS_OK)
		response_problem(response, PROBLEM_INTERNAL);
}
