"""moto's server of the S3 API, which looks at one request at a time. usage: moto-in-turn.py PORT

By itself it looks at a condition and writes in two steps, so that two of several that come at once may both pass, where S3 lets
one: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import sys
from threading import Lock

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

server = DomainDispatcherApplication(create_backend_app)
turn = Lock()


def answer(environ, start_response):
    with turn:
        return list(server(environ, start_response))


run_simple("127.0.0.1", int(sys.argv[1]), answer, threaded=True, request_handler=MotoRequestHandler)
