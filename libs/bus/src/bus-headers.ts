/** Headers of the platform's messages. */
export const busHeaders = {
  /** Inbox that waits for an answer. */
  replyTo: 'Reply-To',
  /** Milliseconds that the asker waits, from the moment the request is stored: no two machines have the same time. */
  timeout: 'Timeout',
  contentType: 'Content-Type',
  errorCode: 'Error-Code',
  errorRetry: 'Error-Retry',
  deadSubject: 'Dead-Subject',
  deadCode: 'Dead-Code',
  deadReason: 'Dead-Reason',
} as const;
