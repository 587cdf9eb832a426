/*
 * mailbox.h: the six operations on a mailbox, each as request → call and
 * row → answer (operation.h).  credrelay-api(7) has a section for each; the
 * functions of the schema relay_api that they call bear their names.
 *
 * Where a mailbox is named, `exchange->seal` has been started with its
 * identifier; a create starts it itself.
 */
#ifndef CREDRELAY_MAILBOX_H
#define CREDRELAY_MAILBOX_H

#include "operation.h"

operation_call		mailbox_create_call, mailbox_read_call,
			mailbox_update_call, mailbox_relinquish_call,
			mailbox_delete_call, mailbox_preview_call;
operation_answer	mailbox_create_answer, mailbox_read_answer,
			mailbox_update_answer, mailbox_relinquish_answer,
			mailbox_delete_answer, mailbox_preview_answer;

/* The page for a share that has ended or never was: a 404, always the same. */
void	mailbox_preview_ended(struct response *);

#endif
