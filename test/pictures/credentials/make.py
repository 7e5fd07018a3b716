"""Makes the pictures of this folder that carry content credentials (C2PA), signed under a certificate of our own.

    python3 -m venv venv && venv/bin/pip install c2pa-python==0.38.1 cryptography pillow
    venv/bin/python make.py

Each run makes new keys, which are kept nowhere. The certificates are valid from 2020 to 2120, whatever a machine's clock says.
"""

import datetime
import io

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image, ImageDraw

FROM, UNTIL = datetime.datetime(2020, 1, 1), datetime.datetime(2120, 1, 1)


def named(common_name, organisation):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )


def usage(**on):
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**{name: on.get(name, False) for name in names.split()})


def certificate(subject, issuer, key, issuer_key, ca):
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority, critical=False)
    )
    if ca:
        builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
    else:
        builder = builder.add_extension(usage(digital_signature=True), critical=True).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def signer_info():
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = named("Test root", "Test root"), named("Test camera", "Test camera maker")
    root = certificate(root_name, root_name, root_key, root_key, True)
    leaf = certificate(name, root_name, key, root_key, False)
    chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return c2pa.C2paSignerInfo(alg=b"es256", ta_url=None, sign_cert=chain, private_key=pem)


def picture(form):
    image = Image.new("RGB", (64, 48), (130, 170, 220))
    ImageDraw.Draw(image).ellipse((8, 14, 28, 34), fill=(220, 40, 40))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def manifest(media_type):
    action = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    }
    return {
        "claim_generator_info": [{"name": "test camera", "version": "1"}],
        "title": "report",
        "format": media_type,
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }


def main():
    info = signer_info()
    for form, ending in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
        media_type = f"image/{form.lower()}"
        context = c2pa.Context(c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}}))
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(manifest(media_type), context) as builder:
            with open(f"signed.{ending}", "wb+") as out:
                builder.sign(signer, media_type, io.BytesIO(picture(form)), out)


main()
