import { Public } from '@made-open/nest';
import { Controller, Get, Header, Inject, Query, Res } from '@nestjs/common';
import { CompleteSignIn } from './complete-sign-in.ts';
import { signInPage } from './sign-in-page.ts';

interface Reply {
  status(code: number): void;
}

/** Where authorization servers send browsers back to. Without a key: who comes has the state. */
@Public()
@Controller('oauth')
export class OAuthController {
  constructor(@Inject(CompleteSignIn) private readonly signIns: CompleteSignIn) {}

  @Get('callback')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  async callback(
    @Query() query: object,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const outcome = await this.signIns.complete(query);
    reply.status(outcome.isDone ? 200 : 400);
    return signInPage(outcome);
  }
}
