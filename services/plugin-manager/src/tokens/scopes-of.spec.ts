import { scopesOf } from './scopes-of.ts';

const wanted = ['admin:plugins:read', 'admin:runs:read'];

describe('scopesOf', () => {
  it.each<[string, object, string]>([
    ['a text', { scope: 'openid admin:runs:read admin:plugins:read' }, 'scope'],
    ['a list', { roles: ['admin:runs:read', 'admin:plugins:read', 'baker'] }, 'roles'],
    ['a claim within others', { realm_access: { roles: wanted } }, 'realm_access.roles'],
    ['a claim named by an address', { 'https://x.example/s': wanted }, 'https://x.example/s'],
  ])('reads %s', (_, claims, claim) => {
    expect(scopesOf(claims, claim)).toEqual(wanted);
  });

  it.each<[string, object, string]>([
    ['is not there', {}, 'scope'],
    ['is a number', { scope: 7 }, 'scope'],
    ['is an object', { scope: { 'admin:runs:read': true } }, 'scope'],
    ['is inherited', Object.create({ scope: 'admin:runs:read' }) as object, 'scope'],
    ['holds parts of scopes', { scope: 'admin admin:runs admin:runs:readx *' }, 'scope'],
    ['holds scopes of clients', { scope: 'data:read search:read' }, 'scope'],
    ['is within a text', { scope: 'admin:runs:read' }, 'scope.0'],
  ])('gives none when the claim %s', (_, claims, claim) => {
    expect(scopesOf(claims, claim)).toEqual([]);
  });
});
