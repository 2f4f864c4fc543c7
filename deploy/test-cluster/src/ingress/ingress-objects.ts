/** The parts of Kubernetes objects that decide what an ingress controller serves. */
interface Metadata {
  readonly name: string;
  readonly namespace: string;
}

export interface Ingress {
  readonly metadata: Metadata;
  readonly spec: {
    readonly ingressClassName?: string;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly IngressRule[];
  };
}

export interface IngressRule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly IngressPath[] };
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType: string;
  readonly backend: {
    readonly service?: {
      readonly name: string;
      readonly port: { readonly name?: string; readonly number?: number };
    };
  };
}

export interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  };
}

/** Of the type `kubernetes.io/tls`. */
export interface TlsSecret {
  readonly metadata: Metadata;
  readonly data: { readonly 'tls.crt': string; readonly 'tls.key': string };
}

export interface IngressObjects {
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  readonly secrets: readonly TlsSecret[];
}
