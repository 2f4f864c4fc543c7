/** Whether the operator has the builder; `BUILDER_ENABLED=false` takes it away. */
export class BuilderSwitch {
  readonly isOn: boolean;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }
}
