import { notFaxedSignal, notSentSignal } from './sending-signal.ts';

const failed = { connectionId: 'c1', attempts: 1, errorCode: 'http.status', errorMessage: '' };

describe('what a message that was not sent says of its connection', () => {
  it.each([
    ['http.status', 'HTTP 401: no such token'],
    ['plugin.error', 'HTTP 401'],
    ['wallet.reauthentication_required', 'sign in again'],
    ['egress.host_not_granted', 'api.example.com'],
    ['capability.not_granted', 'messages'],
    ['http.auth_refused', 'the provider gives no token'],
    ['http.credentials_missing', '"api_key" is not set'],
  ])('is that others will not be sent either: %s', (code, message) => {
    const event = { ...failed, errorCode: code, errorMessage: message };
    expect(notSentSignal(event)).toEqual({ kind: 'sending', failure: { code, message } });
  });

  it.each([
    ['http.status', 'HTTP 403: you are not in this room'],
    ['http.status', 'HTTP 400: the number 401 is none'],
    ['30003', 'unreachable'],
    ['outbound.no_result', ''],
    ['', ''],
  ])('is only that it was tried, where the message may be at fault: %s, %s', (code, message) => {
    const event = { ...failed, errorCode: code, errorMessage: message };
    expect(notSentSignal(event)).toEqual({ kind: 'tried' });
  });

  it('is nothing where no runner has tried it', () => {
    const event = { ...failed, attempts: 0, errorCode: 'wallet.reauthentication_required' };
    expect(notSentSignal(event)).toBeUndefined();
  });

  it.each([
    ['http.status', 'HTTP 401'],
    ['http.status', 'HTTP 403: wrong key'],
    ['http.auth_refused', 'the provider gives no token'],
  ])('is that no other fax will be sent either: %s, %s', (code, message) => {
    const event = { ...failed, errorCode: code, errorMessage: message };
    expect(notFaxedSignal(event)).toEqual({ kind: 'sending', failure: { code, message } });
  });

  it('is nothing of the connection where a number is no fax machine', () => {
    const event = { ...failed, errorMessage: 'HTTP 400: the number 4035550100 is none' };
    expect(notFaxedSignal(event)).toEqual({ kind: 'tried' });
  });
});
