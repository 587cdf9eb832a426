/*
 * front_parts.h: what the two halves of front share: front.c, the connections,
 * and front_wait.c, those among them that wait for a mailbox.
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
