/** Somebody who is told of changes. */
export interface Subscription {
  readonly id: string;
  /** `me/messages`, in lower case and without a slash before it. */
  readonly resource: string;
  readonly changeTypes: ReadonlySet<string>;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  readonly expiresAt: Date;
}

/** As Microsoft Graph shows it: to nobody what its clientState is. */
export function shownSubscription(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    changeType: [...subscription.changeTypes].join(','),
    clientState: null,
    notificationUrl: subscription.notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: subscription.expiresAt.toISOString(),
  };
}
