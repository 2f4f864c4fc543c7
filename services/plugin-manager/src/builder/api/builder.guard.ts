import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { RequestError } from '../../errors.ts';
import { BuilderSwitch } from './builder-switch.ts';

/** Nothing of the builder is there where it is switched off. */
@Injectable()
export class BuilderGuard implements CanActivate {
  readonly #builder: BuilderSwitch;

  constructor(@Inject(BuilderSwitch) builder: BuilderSwitch) {
    this.#builder = builder;
  }

  canActivate(): boolean {
    if (this.#builder.isOn) return true;
    throw new RequestError(
      'builder.disabled',
      404,
      'the operator has switched the builder off (BUILDER_ENABLED, builder.enabled of the chart)',
    );
  }
}
