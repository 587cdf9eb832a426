/* health.c: is the worker alive, and can it serve? */
#include "health.h"

#include <inttypes.h>

#include "timestamp.h"

void
health_alive_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	(void)relay, (void)request, (void)x, (void)call;
	response_start(response, 200);
	response->content_type = "application/json";
	buf_puts(&response->body, "{\"alive\":true}");
}

enum problem
health_ready_call(const struct relay *relay, const struct request *request,
    struct exchange *x, struct db_call *call)
{
	static const struct uuid no_row;

	(void)relay, (void)request, (void)x;
	db_call_start(call, DB_READY, &no_row);
	return (PROBLEM_NONE);
}

static enum problem
find_fault(const struct db_call *call, int32_t *oldest)
{
	int32_t schema;

	if (call->status == STATUS_OUTAGE)
		return (PROBLEM_DATABASE_UNREACHABLE);
	if (call->status != STATUS_OK ||
	    db_row_int4(call, 0, &schema) != STATUS_OK ||
	    schema < HEALTH_SCHEMA_VERSION)
		return (PROBLEM_SCHEMA_TOO_OLD);
	*oldest = 0;
	if (!db_row_null(call, 2) && db_row_int4(call, 2, oldest) != STATUS_OK)
		return (PROBLEM_INTERNAL);
	return (*oldest > HEALTH_PURGE_GRACE_S ? PROBLEM_PURGE_OVERDUE :
						 PROBLEM_NONE);
}

void
health_ready_answer(const struct relay *relay, const struct request *request,
    struct exchange *x, const struct db_call *call, struct response *response)
{
	char when[TIMESTAMP_TEXT_LEN + 1];
	enum problem problem;
	int32_t oldest;
	int64_t purged;

	(void)relay, (void)request, (void)x;
	problem = find_fault(call, &oldest);
	if (problem != PROBLEM_NONE) {
		response_problem(response, problem);
		return;
	}
	response_start(response, 200);
	response->content_type = "application/json";
	buf_puts(&response->body, "{\"ready\":true,\"purgedAt\":");
	if (!db_row_null(call, 1) &&
	    db_row_time(call, 1, &purged) == STATUS_OK) {
		timestamp_format(purged, when);
		buf_printf(&response->body, "\"%s\"", when);
	} else
		buf_puts(&response->body, "null");
	buf_printf(
	    &response->body, ",\"oldestExpiredSeconds\":%" PRId32 "}", oldest);
}
