import { reaching, type PythonEscape } from './python-escape.ts';

/** What a plugin would reach of the machine: nothing of it is there. */
export const reach: readonly PythonEscape[] = [
  reaching('reading a file', "open('/etc/passwd').read()"),
  reaching('writing a file', "open('/tmp/x', 'w').write('x')"),
  reaching('listing a folder', "__import__('os').listdir('/')"),
  reaching('reading itself through proc', "__import__('os').readlink('/proc/self/exe')"),
  reaching('the environment', 'import os\nassert dict(os.environ) != {}'),
  reaching('the arguments of the process', 'import sys\nassert len(sys.argv) > 1'),
  reaching('a subprocess', "__import__('subprocess').run(['id'])"),
  reaching('a fork', "__import__('os').fork()"),
  reaching('a shell', "assert __import__('os').system('id') == 0"),
  reaching('a socket', "__import__('socket').create_connection(('127.0.0.1', 80))"),
  reaching('a name server', "__import__('socket').getaddrinfo('example.com', 80)"),
  reaching(
    'urllib',
    "__import__('urllib.request').request.urlopen('http://source.example/secret')",
  ),
  reaching('ctypes', 'import ctypes\nctypes.CDLL(None)'),
  reaching('a thread', 'import threading\nthreading.Thread(target=print).start()'),
  reaching('a thread of asyncio', 'await asyncio.to_thread(print)'),
  reaching('a loop of its own', 'asyncio.new_event_loop().run_until_complete(asyncio.sleep(0))'),
  reaching('globals of JavaScript', 'import js\njs.globalThis'),
  reaching('a module that is nowhere', 'import numpy'),
  reaching('a host that is not granted', "await context.http.get('http://elsewhere.example/')"),
  reaching(
    'a call that the platform does not have',
    "from madeopen_plugin import _host\nawait _host.call('invocation', 'null')",
  ),
  reaching('a table that is not granted', "await context.data.query('messages')"),
  reaching('an event that is not granted', "await context.emit_event('data.PersonCreated', {})"),
];
