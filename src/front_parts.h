/*
 * front_parts.h: what the parts of front share: front.c, the connections,
 * front_listen.c, which of them are taken, and front_wait.c, those among them
 * that wait for a mailbox.
 */
#ifndef CREDRELAY_FRONT_PARTS_H
#define CREDRELAY_FRONT_PARTS_H

#include "front.h"

/* Closes the connection and forgets the task. */
void	front_drop(struct front *, struct task *);
/*
 * Sees to it that events of the connection arrive.  False: that failed, and
 * the task was dropped.
 */
bool	front_watch(struct front *, struct task *, uint32_t events);
/* Starts the request that is there whole; answers it, or has its call wait. */
void	front_look(struct front *, struct task *);

/* When a request that begins now is to be whole. */
int64_t	front_request_due_ms(const struct front *);

/* Has the listener tell of arrivals, where more can be taken. */
void	front_listen(struct front *);
/* When to look again, though nothing may have happened. */
int64_t	front_listen_due_ms(const struct front *);

void	front_wait_start(struct front *);
void	front_wait_end(struct front *);
/* A request that has begun to wait, if it does; called with its call made. */
void	front_wait_begin(struct front *, struct task *);
/* It is answered or closed: it waits for nothing any more. */
void	front_wait_over(struct front *, struct task *);
/* When the first of those parked has to be looked at. */
int64_t	front_wait_due_ms(const struct front *);
/* Wakes those whose time is over. */
void	front_wait_expire(struct front *);
/* Hears what was rung. */
void	front_wait_hear(struct front *);

#endif
