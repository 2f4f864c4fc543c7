import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export interface OpenApiOptions {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** Path of the document, for example `/openapi.json`. */
  readonly path: string;
  /** Schemas by name, beside those of the routes. */
  readonly schemas?: Readonly<Record<string, object>>;
}

/** Serves the OpenAPI document of a service's routes. */
export function serveOpenApi(app: NestFastifyApplication, options: OpenApiOptions): void {
  const base = new DocumentBuilder()
    .setTitle(options.title)
    .setDescription(options.description)
    .setVersion(options.version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description:
          'An API key, `mop_…`, or an access token of the issuer that the operator named',
      },
      'key',
    )
    .addSecurityRequirements('key')
    .build();
  const document = SwaggerModule.createDocument(app, base);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...options.schemas },
  };
  app
    .getHttpAdapter()
    .getInstance()
    .get(
      options.path,
      (_request: unknown, reply: { type(type: string): { send(body: unknown): void } }) => {
        reply.type('application/json').send(document);
      },
    );
}
