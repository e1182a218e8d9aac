"""What people read, in rooms named as those of services: .html for paper, .txt for e-mail.

A template lies in the room that writes the document or sends the message; what every paper shares
lies in ``documents``. A file's name is its kind, which no two rooms share.
"""
