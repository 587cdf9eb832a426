/* task.c: a connection from the web server and the request that it brings. */
#include "task.h"

#include <stdlib.h>

#include "mem.h"

struct task *
task_open(int fd, const struct conf *conf)
{
	struct task *t = mem_alloc(sizeof(*t));

	t->fd = fd;
	t->fcgi = fcgi_open(fd, conf->max_body);
	return (t);
}

/* Forgets the request, keeps the connection. */
static void
task_wipe(struct task *t)
{
	seal_end(&t->exchange.seal);
	db_call_end(&t->call);
	response_end(&t->response);
	request_end(&t->request);
	t->exchange = (struct exchange){ 0 };
	t->call = (struct db_call){ 0 };
	t->operation = NULL;
}

void
task_close(struct task *t)
{
	if (t == NULL)
		return;
	task_wipe(t);
	fcgi_close(t->fcgi);
	free(t);
}

enum status
task_start(struct task *t, const struct relay *relay)
{
	if (fcgi_take(t->fcgi) != STATUS_OK)
		return (STATUS_GONE);
	request_read(&t->request, fcgi_params(t->fcgi), fcgi_body(t->fcgi),
	    relay->conf->max_body);
	t->exchange.again = t->again;
	t->exchange.lengthy = t->lengthy;
	t->operation = route_start(
	    relay, &t->request, &t->exchange, &t->call, &t->response);
	return (t->operation == NULL ? STATUS_OK : STATUS_AGAIN);
}

bool
task_put_back(struct task *t)
{
	if (fcgi_put_back(t->fcgi) != STATUS_OK)
		return (false);
	t->lengthy = t->exchange.lengthy;
	t->again = true;
	task_wipe(t);
	return (true);
}

void
task_finish_call(struct task *t, const struct relay *relay)
{
	if (t->operation->waits && t->call.status != STATUS_OK)
		response_problem(&t->response, PROBLEM_INTERNAL);
	else
		t->operation->answer(
		    relay, &t->request, &t->exchange, &t->call, &t->response);
}

void
task_give_up(struct task *t, const struct relay *relay)
{
	if (t->operation->waits)
		response_problem(&t->response, PROBLEM_UNAVAILABLE);
	else
		t->operation->answer(
		    relay, &t->request, &t->exchange, &t->call, &t->response);
}

enum status
task_answer(struct task *t)
{
	struct buf out = { 0 };
	enum status status;

	response_render(&t->response, &t->request, &out);
	status = fcgi_answer(t->fcgi, &out);
	buf_free(&out);
	task_wipe(t);
	t->again = t->lengthy = false;
	return (status);
}
