import { Public } from '@made-open/nest';
import { Controller, Get, Header } from '@nestjs/common';
import { docsPage, docsPolicy } from './docs-page.ts';
import { openApiDocument } from './open-api.ts';
import { withWebhooks } from './webhook-paths.ts';

/** What the API can do: for programs and for people. Open to everybody. */
@Public()
@Controller()
export class DescriptionController {
  readonly #document = openApiDocument();
  readonly #page = docsPage(this.#document);

  @Get('openapi.json')
  document(): object {
    return withWebhooks(this.#document);
  }

  @Get(['/', 'docs'])
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', docsPolicy)
  page(): string {
    return this.#page;
  }
}
